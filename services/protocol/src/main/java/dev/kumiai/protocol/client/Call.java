package dev.kumiai.protocol.client;

import dev.kumiai.core.Digest;
import dev.kumiai.protocol.signature.SignedMessage;
import dev.kumiai.protocol.signature.SiteKey;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// One request to be made, perhaps more than once.
///
/// @param path below `/api/v1/`
/// @param body makes the body anew for each try
/// @param moved bytes of a large body that have moved so far: silence begins anew with each;
///   constant where the whole call has to end in time
/// @param patience how long silence may last
/// @param repeatable doing it twice is as good as once
record Call(
    String method,
    String path,
    Map<String, String> headers,
    Supplier<BodyPublisher> body,
    LongSupplier moved,
    Duration patience,
    boolean repeatable) {

  static final String CONTENT_DIGEST = "Content-Digest";

  Call {
    headers = Collections.unmodifiableMap(new TreeMap<>(headers));
  }

  static Call get(String path, Duration patience) {
    return new Call("GET", path, Map.of(), BodyPublishers::noBody, () -> 0, patience, true);
  }

  static Call delete(String path, Duration patience) {
    return new Call("DELETE", path, Map.of(), BodyPublishers::noBody, () -> 0, patience, true);
  }

  /// A text as one segment of a path.
  static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  static Call json(String method, String path, byte[] json, Duration patience, boolean repeatable) {
    return new Call(
        method,
        path,
        Map.of("Content-Type", "application/json", CONTENT_DIGEST, contentDigest(Digest.of(json))),
        () -> BodyPublishers.ofByteArray(json),
        () -> 0,
        patience,
        repeatable);
  }

  Call with(String header, String value) {
    Map<String, String> more = new TreeMap<>(headers);
    more.put(header, value);
    return new Call(method, path, more, body, moved, patience, repeatable);
  }

  /// Signed by a site. Needs its `Content-Digest`.
  Call signed(SiteKey key) {
    String digest = Objects.requireNonNull(headers.get(CONTENT_DIGEST));
    Map<String, String> more = new TreeMap<>(headers);
    more.putAll(
        key.sign(
            new SignedMessage(method, "/" + AggregatorHttp.API + path, digest), Instant.now()));
    return new Call(method, path, more, body, moved, patience, repeatable);
  }

  /// The value of `Content-Digest` (RFC 9530).
  static String contentDigest(Digest digest) {
    return "sha-256=:" + Base64.getEncoder().encodeToString(digest.bytes()) + ":";
  }

  Call watching(LongSupplier bytes) {
    return new Call(method, path, headers, body, bytes, patience, repeatable);
  }
}
