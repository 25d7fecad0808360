package dev.kumiai.acceptance;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// A safetensors file made by hand, as any other implementation would: float32 vectors only.
final class WeightsFile {

  /// The metadata that every update carries.
  static final Map<String, String> UPDATE =
      Map.of("kumiai.examples", "10", "kumiai.steps", "4", "kumiai.training_loss", "0.5");

  private final byte[] bytes;

  WeightsFile(byte[] bytes) {
    this.bytes = bytes;
  }

  byte[] bytes() {
    return bytes;
  }

  static WeightsFile of(Map<String, float[]> vectors, Map<String, String> metadata) {
    Map<String, float[]> ordered = new LinkedHashMap<>(vectors);
    StringBuilder header = new StringBuilder("{");
    if (!metadata.isEmpty()) {
      header
          .append("\"__metadata__\":")
          .append(
              metadata.entrySet().stream()
                  .map(entry -> "\"%s\":\"%s\"".formatted(entry.getKey(), entry.getValue()))
                  .collect(Collectors.joining(",", "{", "}")))
          .append(ordered.isEmpty() ? "" : ",");
    }
    int offset = 0;
    for (Map.Entry<String, float[]> vector : ordered.entrySet()) {
      int end = offset + 4 * vector.getValue().length;
      header
          .append(offset == 0 ? "" : ",")
          .append(
              "\"%s\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[%d,%d]}"
                  .formatted(vector.getKey(), vector.getValue().length, offset, end));
      offset = end;
    }
    byte[] json = header.append("}").toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(Long.BYTES + json.length + offset).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(json.length).put(json);
    for (float[] vector : ordered.values()) {
      for (float value : vector) {
        file.putFloat(value);
      }
    }
    return new WeightsFile(file.array());
  }

  /// The bytes of its last tensor, a vector of that many numbers.
  byte[] lastVector(int elements) {
    return Arrays.copyOfRange(bytes, bytes.length - 4 * elements, bytes.length);
  }

  WeightsFile cutTo(int length) {
    return new WeightsFile(Arrays.copyOf(bytes, length));
  }

  /// Its name, `sha256:` and hexadecimal digits.
  String digest() {
    return "sha256:" + HexFormat.of().formatHex(sha256(bytes));
  }

  /// The `Content-Digest` header of RFC 9530.
  String contentDigest() {
    return contentDigest(bytes);
  }

  static String contentDigest(byte[] body) {
    return "sha-256=:" + Base64.getEncoder().encodeToString(sha256(body)) + ":";
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
