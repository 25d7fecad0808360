package dev.kumiai.aggregation.rest;

import dev.kumiai.aggregation.site.SiteKeys;
import dev.kumiai.aggregation.task.Proof;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.signature.SignedMessage;
import dev.kumiai.protocol.signature.SitePublicKey;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.util.Objects;

/// Verifies what sites sign: RFC 9421 over method, path and `Content-Digest`.
@Singleton
class Signatures {

  private final SiteKeys keys;

  Signatures(SiteKeys keys) {
    this.keys = keys;
  }

  /// That the site sent a request whose body has the digest that its header says.
  ///
  /// @throws KumiaiException.Forbidden when it has no signature that counts
  Proof require(SiteId site, HttpServerRequest request) {
    String input = request.getHeader(SignedMessage.SIGNATURE_INPUT);
    SitePublicKey key = keys.get(site, SitePublicKey.keyId(input));
    verify(key, request);
    return new Proof(
        key.id(),
        Objects.requireNonNull(input),
        Objects.requireNonNull(request.getHeader(SignedMessage.SIGNATURE)));
  }

  /// That whoever sent a request has the private half of `key`.
  void require(SitePublicKey key, HttpServerRequest request) {
    verify(key, request);
  }

  private static void verify(SitePublicKey key, HttpServerRequest request) {
    String digest = request.getHeader(ContentDigest.HEADER);
    ContentDigest.parse(digest);
    key.verify(
        new SignedMessage(
            request.method().name(),
            Objects.requireNonNull(request.path()),
            Objects.requireNonNull(digest)),
        request.getHeader(SignedMessage.SIGNATURE_INPUT),
        request.getHeader(SignedMessage.SIGNATURE));
  }

  /// Refuses a body that is not the one whose digest was signed.
  static void requireDigest(HttpServerRequest request, byte[] body) {
    if (!ContentDigest.parse(request.getHeader(ContentDigest.HEADER)).equals(Digest.of(body))) {
      throw new KumiaiException.Invalid(
          "content-digest-mismatch", "the body has another digest than Content-Digest says");
    }
  }
}
