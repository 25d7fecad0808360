package dev.kumiai.aggregation.rest;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The fields `Content-Digest` and `Repr-Digest` of RFC 9530.
final class ContentDigest {

  static final String HEADER = "Content-Digest";
  static final String DESCRIPTION =
      "SHA-256 of the body (RFC 9530): sha-256=:<base64>:; what does not match is refused";
  static final String OF_REPRESENTATION = "Repr-Digest";

  private static final Pattern SHA_256 =
      Pattern.compile("(?:^|,)\\s*sha-256=:([A-Za-z0-9+/]{43}=):\\s*(?:,|$)");

  private ContentDigest() {}

  static Digest parse(@Nullable String header) {
    if (header == null) {
      throw new KumiaiException.Invalid(
          "content-digest-missing",
          "an upload carries its SHA-256: send 'Content-Digest: sha-256=:<base64>:' (RFC 9530)");
    }
    Matcher matcher = SHA_256.matcher(header);
    if (!matcher.find()) {
      throw new KumiaiException.Invalid(
          "content-digest-malformed",
          "Content-Digest has no 'sha-256=:<base64 of 32 bytes>:' (RFC 9530)");
    }
    return new Digest(HexFormat.of().formatHex(Base64.getDecoder().decode(matcher.group(1))));
  }

  static String format(Digest digest) {
    return "sha-256=:" + Base64.getEncoder().encodeToString(digest.bytes()) + ":";
  }
}
