package dev.kumiai.aggregation.request;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.protocol.event.CloudEvent;
import dev.kumiai.protocol.event.RequestType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads a message as a CloudEvent 1.0, in structured mode (the whole event is JSON) or in binary
/// mode (attributes are headers `ce_...`), by its Kafka protocol binding. Connectors can do so,
/// too, but fail as a whole where a message is no CloudEvent.
final class CloudEventReader {

  private static final String BINARY_PREFIX = "ce_";
  private static final String STRUCTURED = "application/cloudevents";
  private static final List<String> REQUIRED = List.of("specversion", "id", "source", "type");

  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

  private CloudEventReader() {}

  /// What an event says of itself, and its data as JSON; null where it has none.
  private record Parts(Map<String, String> attributes, @Nullable String data) {}

  /// @throws KumiaiException.Invalid `request-malformed` with every mistake
  static RunRequest read(RawRequest raw) {
    Parts parts = parts(raw);
    Map<String, String> attributes = parts.attributes();
    List<Violation> violations = violations(attributes);
    if (!violations.isEmpty()) {
      throw new KumiaiException.Invalid(
          "request-malformed", "the message is not a request: correct it and send it", violations);
    }
    return new RunRequest(
        key(attributes, raw),
        RequestType.of(attributes.getOrDefault("type", "")).orElseThrow(),
        attributes.get("subject"),
        Objects.requireNonNullElse(parts.data(), ""));
  }

  /// Tells a message from others by what it says of itself, where that is enough.
  static RequestKey key(RawRequest raw) {
    try {
      return key(parts(raw).attributes(), raw);
    } catch (KumiaiException.Invalid _) {
      return raw.place();
    }
  }

  private static RequestKey key(Map<String, String> attributes, RawRequest raw) {
    String source = attributes.getOrDefault("source", "");
    String id = attributes.getOrDefault("id", "");
    return isName(source) && isName(id) ? new RequestKey(source, id) : raw.place();
  }

  private static boolean isName(String text) {
    return !text.isBlank() && text.length() <= RequestKey.MOST_CHARACTERS;
  }

  private static Parts parts(RawRequest raw) {
    String mediaType =
        raw.headers().getOrDefault("content-type", "").strip().toLowerCase(Locale.ROOT);
    if (mediaType.startsWith(STRUCTURED)) {
      return structured(raw.text());
    }
    if (raw.headers().keySet().stream().anyMatch(name -> name.startsWith(BINARY_PREFIX))) {
      return binary(raw);
    }
    throw new KumiaiException.Invalid(
        "request-malformed",
        "the message is not a CloudEvent: send one in structured mode (content-type %s) or in binary mode (headers ce_...)"
            .formatted(CloudEvent.MEDIA_TYPE));
  }

  private static Parts binary(RawRequest raw) {
    Map<String, String> attributes = new HashMap<>();
    raw.headers()
        .forEach(
            (name, value) -> {
              if (name.startsWith(BINARY_PREFIX)) {
                attributes.put(name.substring(BINARY_PREFIX.length()), value);
              }
            });
    return new Parts(attributes, raw.size() == 0 ? null : raw.text());
  }

  private static Parts structured(String json) {
    JsonNode event = tree(json);
    if (!event.isObject()) {
      throw new KumiaiException.Invalid(
          "request-malformed", "a CloudEvent in structured mode is one JSON object");
    }
    Map<String, String> attributes = new HashMap<>();
    event
        .properties()
        .forEach(
            field -> {
              if (field.getValue().isValueNode() && !field.getValue().isNull()) {
                attributes.put(field.getKey(), field.getValue().asText());
              }
            });
    return new Parts(attributes, data(event));
  }

  private static @Nullable String data(JsonNode event) {
    if (event.has("data_base64")) {
      try {
        byte[] bytes = Base64.getDecoder().decode(event.get("data_base64").asText());
        return new String(bytes, StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        throw new KumiaiException.Invalid(
            "request-malformed", "data_base64 is not Base64: send JSON as data", e);
      }
    }
    JsonNode data = event.get("data");
    return data == null || data.isNull() ? null : data.toString();
  }

  private static JsonNode tree(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new KumiaiException.Invalid(
          "request-malformed", "the CloudEvent is not JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static List<Violation> violations(Map<String, String> attributes) {
    List<Violation> violations = new ArrayList<>();
    for (String name : REQUIRED) {
      String value = attributes.get(name);
      if (value == null || value.isBlank()) {
        violations.add(new Violation("/" + name, "is missing"));
      } else if (value.length() > RequestKey.MOST_CHARACTERS) {
        violations.add(
            new Violation("/" + name, "has at most " + RequestKey.MOST_CHARACTERS + " characters"));
      }
    }
    String version = attributes.get("specversion");
    if (version != null && !version.isBlank() && !version.equals(CloudEvent.VERSION)) {
      violations.add(new Violation("/specversion", "must be " + CloudEvent.VERSION));
    }
    String type = attributes.get("type");
    if (type != null && !type.isBlank() && RequestType.of(type).isEmpty()) {
      violations.add(new Violation("/type", "must be one of " + known()));
    }
    return violations;
  }

  private static String known() {
    return Arrays.stream(RequestType.values())
        .map(RequestType::type)
        .collect(Collectors.joining(", "));
  }
}
