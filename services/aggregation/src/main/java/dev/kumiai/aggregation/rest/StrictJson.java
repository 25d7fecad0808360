package dev.kumiai.aggregation.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kumiai.aggregation.config.UploadConfig;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.protocol.KumiaiJson;
import jakarta.inject.Singleton;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.validation.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// Reads JSON bodies and reports every mistake in them at once, each with a JSON pointer (RFC
/// 6901).
///
/// Jackson stops at the first mistake. So that mistake is noted, cut out of the tree, and the rest
/// is bound again, until nothing is wrong; then Bean Validation looks at what was bound.
@Singleton
class StrictJson {

  /// Whoever makes more mistakes than this gets the first of them.
  private static final int MOST_VIOLATIONS = 100;

  private final ObjectMapper mapper = KumiaiJson.mapper();
  private final Validator validator;
  private final int maxBytes;

  StrictJson(Validator validator, UploadConfig config) {
    this.validator = validator;
    this.maxBytes = Math.toIntExact(config.maxJsonBytes().asLongValue());
  }

  /// Finds mistakes beyond those of form, given the value and what is known to be wrong already.
  interface FurtherCheck<T> extends BiFunction<T, List<Violation>, List<Violation>> {}

  <T> T read(InputStream body, Class<T> type) {
    return read(body, type, (_, _) -> List.of());
  }

  /// Reads a whole body.
  ///
  /// @throws KumiaiException.Invalid `json-malformed`, `body-too-large`, or `request-invalid` with
  ///   every violation
  <T> T read(InputStream body, Class<T> type, FurtherCheck<T> further) {
    JsonNode tree = parse(body);
    List<Violation> violations = new ArrayList<>();
    T value = bind(tree, type, violations);
    if (value != null) {
      validate(value, tree, violations);
      violations.addAll(further.apply(value, List.copyOf(violations)));
    }
    if (value == null || !violations.isEmpty()) {
      throw new KumiaiException.Invalid(
          "request-invalid",
          violations.size() == 1
              ? "the request has a mistake: correct it and send it again"
              : "the request has %d mistakes: correct them and send it again"
                  .formatted(violations.size()),
          violations);
    }
    return value;
  }

  private JsonNode parse(InputStream body) {
    byte[] bytes;
    try {
      bytes = body.readNBytes(maxBytes + 1);
    } catch (IOException e) {
      throw new KumiaiException.Unavailable(
          "request-interrupted", "the request broke off: send it again", e);
    }
    if (bytes.length > maxBytes) {
      throw new KumiaiException.Invalid(
          "body-too-large",
          "a JSON body has at most %d bytes (kumiai.uploads.max-json-bytes)".formatted(maxBytes));
    }
    try {
      JsonNode tree = mapper.readTree(bytes);
      if (tree == null || tree.isMissingNode()) {
        throw new KumiaiException.Invalid(
            "json-malformed", "the body is empty: send a JSON object");
      }
      return tree;
    } catch (JsonProcessingException e) {
      throw new KumiaiException.Invalid(
          "json-malformed",
          "the body is not JSON: %s (line %d, column %d)"
              .formatted(
                  e.getOriginalMessage(),
                  e.getLocation() == null ? 0 : e.getLocation().getLineNr(),
                  e.getLocation() == null ? 0 : e.getLocation().getColumnNr()),
          e);
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory cannot fail", e);
    }
  }

  private <T> @Nullable T bind(JsonNode tree, Class<T> type, List<Violation> violations) {
    while (true) {
      try {
        return mapper.treeToValue(tree, type);
      } catch (JsonMappingException e) {
        String pointer = BindingMistake.pointer(e);
        boolean again = violations.stream().anyMatch(known -> known.where().equals(pointer));
        if (!again) {
          violations.add(new Violation(pointer, BindingMistake.describe(e)));
        }
        if (again || violations.size() == MOST_VIOLATIONS || !cut(tree, e.getPath())) {
          return null;
        }
      } catch (JsonProcessingException e) {
        violations.add(new Violation("", e.getOriginalMessage()));
        return null;
      }
    }
  }

  /// Takes the culprit out. An element of a list becomes null, so that the others keep their index.
  private static boolean cut(JsonNode tree, List<JsonMappingException.Reference> path) {
    JsonNode parent = tree;
    for (int i = 0; i < path.size() - 1; i++) {
      parent = child(parent, path.get(i));
    }
    if (path.isEmpty()) {
      return false;
    }
    JsonMappingException.Reference last = path.getLast();
    return switch (parent) {
      case ObjectNode object -> object.remove(last.getFieldName()) != null;
      case ArrayNode array when last.getIndex() < array.size() -> {
        array.setNull(last.getIndex());
        yield true;
      }
      default -> false;
    };
  }

  private static JsonNode child(JsonNode parent, JsonMappingException.Reference step) {
    return step.getFieldName() == null
        ? parent.path(step.getIndex())
        : parent.path(step.getFieldName());
  }

  private void validate(Object value, JsonNode tree, List<Violation> violations) {
    validator.validate(value).stream()
        .map(found -> violation(found, tree))
        .filter(
            found -> violations.stream().noneMatch(known -> known.where().equals(found.where())))
        .sorted(Comparator.comparing(Violation::where))
        .forEach(violations::add);
  }

  private static Violation violation(ConstraintViolation<?> found, JsonNode tree) {
    String pointer = pointer(found.getPropertyPath());
    boolean missing = tree.at(pointer).isMissingNode();
    return new Violation(pointer, missing ? "is missing" : found.getMessage());
  }

  private static String pointer(Path path) {
    StringBuilder pointer = new StringBuilder();
    for (Path.Node node : path) {
      if (node.getIndex() != null) {
        pointer.append('/').append(node.getIndex());
      } else if (node.getKey() != null) {
        pointer.append('/').append(BindingMistake.escape(node.getKey().toString()));
      }
      if (node.getKind() == ElementKind.PROPERTY && node.getName() != null) {
        pointer.append('/').append(BindingMistake.escape(node.getName()));
      }
    }
    return pointer.toString();
  }
}
