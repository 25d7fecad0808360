package dev.kumiai.aggregation.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kumiai.protocol.KumiaiJson;
import java.util.Map;

/// Values that are always read and written whole are kept as JSON text.
final class JsonColumn {

  private static final ObjectMapper MAPPER = KumiaiJson.mapper();
  private static final TypeReference<Map<String, Integer>> COUNTS = new TypeReference<>() {};

  private JsonColumn() {}

  static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Writes a value of a sealed type with the property that tells which it is.
  static <T> String write(T value, Class<T> type) {
    try {
      return MAPPER.writerFor(type).writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static <T> T read(String json, Class<T> type) {
    try {
      return MAPPER.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored " + type.getSimpleName() + " cannot be read", e);
    }
  }

  static Map<String, Integer> readCounts(String json) {
    try {
      return MAPPER.readValue(json, COUNTS);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("stored counts cannot be read", e);
    }
  }
}
