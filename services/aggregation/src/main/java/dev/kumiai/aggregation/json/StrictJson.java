package dev.kumiai.aggregation.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kumiai.aggregation.config.UploadConfig;
import dev.kumiai.aggregation.run.FormCheck;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.protocol.KumiaiJson;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads JSON bodies and finds every mistake in them, each with a JSON pointer.
///
/// Jackson stops at the first mistake. So that mistake is noted, cut out of the tree, and the rest
/// is bound again, until nothing is wrong.
@Singleton
public class StrictJson {

  /// Whoever makes more mistakes than this is told of the first ones.
  private static final int MOST_MISTAKES = 100;

  /// Binding again takes time in proportion to the body, so a large one is bound less often.
  private static final int MOST_BYTES_BOUND = 8 << 20;

  private static final long LARGEST_ARRAY = Integer.MAX_VALUE - 16;

  private final ObjectMapper mapper = KumiaiJson.mapper();
  private final FormCheck formCheck;
  private final int maxBytes;

  public StrictJson(FormCheck formCheck, UploadConfig config) {
    this.formCheck = formCheck;
    this.maxBytes = (int) Math.min(LARGEST_ARRAY, config.maxJsonBytes().asLongValue());
  }

  /// What a body came to.
  ///
  /// @param value without what the mistakes spoilt; null when nothing is left
  public record Bound<T>(@Nullable T value, List<Violation> mistakes) {}

  /// Reads a whole body and checks its form.
  ///
  /// @throws KumiaiException.Invalid `json-malformed`, `body-too-large`, or `request-invalid` with
  ///   every violation
  public <T> T read(InputStream body, Class<T> type) {
    return read(receive(body), type);
  }

  /// Reads a body that is here and checks its form.
  public <T> T read(byte[] body, Class<T> type) {
    Bound<T> bound = bind(body, type);
    T value = bound.value();
    List<Violation> mistakes = new ArrayList<>(bound.mistakes());
    if (value != null) {
      mistakes.addAll(formCheck.violations(value));
    }
    if (value == null || !mistakes.isEmpty()) {
      throw new KumiaiException.Invalid(
          "request-invalid", "the request has mistakes: correct them and send it again", mistakes);
    }
    return value;
  }

  /// Reads a whole body and checks its form; an empty one is `absent`.
  ///
  /// @throws KumiaiException.Invalid as of [#read]
  public <T> T readOr(InputStream body, T absent) {
    PushbackInputStream peeked = new PushbackInputStream(body);
    try {
      int first = peeked.read();
      if (first < 0) {
        return absent;
      }
      peeked.unread(first);
    } catch (IOException e) {
      throw interrupted(e);
    }
    @SuppressWarnings("unchecked") // the class of a T
    Class<T> type = (Class<T>) absent.getClass();
    return read(peeked, type);
  }

  private static KumiaiException interrupted(IOException e) {
    return new KumiaiException.Unavailable(
        "request-interrupted", "the request broke off: send it again", e);
  }

  /// Reads a whole body without checking more than its types.
  ///
  /// @throws KumiaiException.Invalid `json-malformed` or `body-too-large`
  public <T> Bound<T> bind(InputStream body, Class<T> type) {
    return bind(receive(body), type);
  }

  private <T> Bound<T> bind(byte[] bytes, Class<T> type) {
    JsonNode tree = parse(bytes);
    int most = Math.clamp(MOST_BYTES_BOUND / Math.max(1, bytes.length), 1, MOST_MISTAKES);
    List<Violation> mistakes = new ArrayList<>();
    while (true) {
      try {
        return new Bound<>(mapper.treeToValue(tree, type), mistakes);
      } catch (JsonMappingException e) {
        String pointer = BindingMistake.pointer(e);
        boolean again = mistakes.stream().anyMatch(known -> known.where().equals(pointer));
        if (!again) {
          mistakes.add(new Violation(pointer, BindingMistake.describe(e)));
        }
        if (again || mistakes.size() == most || !cut(tree, e.getPath())) {
          return new Bound<>(null, mistakes);
        }
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("a tree is well-formed", e);
      }
    }
  }

  /// A whole body, unless it is too large.
  public byte[] receive(InputStream body) {
    byte[] bytes;
    try {
      bytes = body.readNBytes(maxBytes + 1);
    } catch (IOException e) {
      throw interrupted(e);
    }
    if (bytes.length > maxBytes) {
      throw new KumiaiException.Invalid(
          "body-too-large",
          "a JSON body has at most %d bytes (kumiai.uploads.max-json-bytes)".formatted(maxBytes));
    }
    return bytes;
  }

  private JsonNode parse(byte[] bytes) {
    try {
      JsonNode tree = mapper.readTree(bytes);
      if (tree == null || tree.isMissingNode() || tree.isNull()) {
        throw new KumiaiException.Invalid(
            "json-malformed", "the body is empty: send a JSON object");
      }
      return tree;
    } catch (JsonProcessingException e) {
      throw new KumiaiException.Invalid(
          "json-malformed", "the body is not JSON: " + BindingMistake.malformed(e), e);
    } catch (IOException e) {
      // Bytes that are no characters; Jackson guesses UTF-16 and UTF-32, too.
      throw new KumiaiException.Invalid(
          "json-malformed", "the body is not JSON: it is not valid UTF-8", e);
    }
  }

  /// Takes the culprit out. An element of a list becomes null, so that the others keep their index.
  private static boolean cut(JsonNode tree, List<JsonMappingException.Reference> path) {
    if (path.isEmpty()) {
      return false;
    }
    JsonNode parent = tree;
    for (JsonMappingException.Reference step : path.subList(0, path.size() - 1)) {
      parent =
          step.getFieldName() == null
              ? parent.path(step.getIndex())
              : parent.path(step.getFieldName());
    }
    JsonMappingException.Reference culprit = path.getLast();
    return switch (parent) {
      case ObjectNode object -> object.remove(culprit.getFieldName()) != null;
      case ArrayNode array when culprit.getIndex() < array.size() -> {
        array.setNull(culprit.getIndex());
        yield true;
      }
      default -> false;
    };
  }
}
