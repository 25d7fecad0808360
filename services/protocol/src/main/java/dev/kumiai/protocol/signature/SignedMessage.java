package dev.kumiai.protocol.signature;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// The part of a request that a site signs, as HTTP Message Signatures have it (RFC 9421): its
/// method, its path (which names task and attempt) and the digest of its body (RFC 9530). So a
/// signature holds for nothing else.
///
/// @param path as the aggregator knows it: it starts with `/api/v1/`
/// @param contentDigest the value of the header `Content-Digest`
public record SignedMessage(String method, String path, String contentDigest) {

  /// Headers of a signed request.
  public static final String SIGNATURE_INPUT = "Signature-Input";

  public static final String SIGNATURE = "Signature";

  /// What is covered, in this order and no other.
  static final String COVERED = "(\"@method\" \"@path\" \"content-digest\")";

  /// The bytes that are signed (RFC 9421, section 2.5).
  ///
  /// @param parameters of the signature: what stands behind its label in `Signature-Input`
  byte[] base(String parameters) {
    return base(
        List.of(
            new Component("@method", method),
            new Component("@path", path),
            new Component("content-digest", contentDigest)),
        parameters);
  }

  /// A part of a message by its name.
  record Component(String name, String value) {}

  static byte[] base(List<Component> components, String parameters) {
    StringBuilder base = new StringBuilder();
    for (Component component : components) {
      base.append('"')
          .append(component.name())
          .append("\": ")
          .append(component.value())
          .append('\n');
    }
    return base.append("\"@signature-params\": ")
        .append(parameters)
        .toString()
        .getBytes(StandardCharsets.UTF_8);
  }
}
