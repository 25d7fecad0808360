package dev.kumiai.aggregation.request;

import dev.kumiai.core.KumiaiException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// A message as it came, whatever is in it.
public final class RawRequest {

  private final RequestKey place;
  private final Map<String, String> headers;
  private final byte[] body;

  /// @param place where it lies, such as `kafka:run-requests/0` and `17`: the same when it comes
  ///   again
  /// @param headers by their names in small letters
  /// @param body empty where there is none
  public RawRequest(RequestKey place, Map<String, String> headers, byte[] body) {
    this.place = place;
    this.headers = Map.copyOf(headers);
    this.body = body.clone();
  }

  /// What tells it from others where it does not say so itself.
  RequestKey place() {
    return place;
  }

  Map<String, String> headers() {
    return headers;
  }

  int size() {
    return body.length;
  }

  /// @throws KumiaiException.Invalid `request-malformed`
  String text() {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw new KumiaiException.Invalid(
          "request-malformed", "the message is not UTF-8: send a CloudEvent with JSON data", e);
    }
  }
}
