package dev.kumiai.aggregation.json;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.kumiai.aggregation.run.FormCheck;
import dev.kumiai.core.KumiaiException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// Says in the words of the API what Jackson says in those of Java.
final class BindingMistake {

  /// A name further away than this is not what was meant.
  private static final int FARTHEST_HINT = 3;

  private BindingMistake() {}

  static String pointer(JsonMappingException mistake) {
    return mistake.getPath().stream()
        .map(
            step ->
                "/"
                    + (step.getFieldName() == null
                        ? String.valueOf(step.getIndex())
                        : FormCheck.escape(step.getFieldName())))
        .collect(Collectors.joining());
  }

  /// Where and why a text is not JSON, without repeating it.
  static String malformed(JsonProcessingException mistake) {
    JsonLocation at = mistake.getLocation();
    return at == null
        ? mistake.getOriginalMessage()
        : "%s (line %d, column %d)"
            .formatted(mistake.getOriginalMessage(), at.getLineNr(), at.getColumnNr());
  }

  static String describe(JsonMappingException mistake) {
    if (mistake.getCause() instanceof KumiaiException why) {
      return String.valueOf(why.getMessage());
    }
    return switch (mistake) {
      case UnrecognizedPropertyException unknown -> unknown(unknown);
      case InvalidTypeIdException type ->
          "names no known kind: " + type.getOriginalMessage().replaceFirst("(?s) *\\(for.*", "");
      case InvalidFormatException format ->
          mustBe(format.getTargetType()) + ", not '" + format.getValue() + "'";
      case MismatchedInputException mismatch when mismatch.getTargetType() != null ->
          mustBe(mismatch.getTargetType());
      default -> "cannot be read";
    };
  }

  private static String unknown(UnrecognizedPropertyException unknown) {
    Collection<Object> known = unknown.getKnownPropertyIds();
    List<String> names =
        known == null ? List.of() : known.stream().map(String::valueOf).sorted().toList();
    return "is not a known field"
        + nearest(unknown.getPropertyName(), names)
            .map(name -> "; did you mean '" + name + "'?")
            .orElse("; known are " + String.join(", ", names));
  }

  private static String mustBe(Class<?> type) {
    if (type.isEnum()) {
      return "must be one of "
          + Arrays.stream(type.getEnumConstants())
              .map(String::valueOf)
              .collect(Collectors.joining(", "));
    }
    if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
      return "must be a whole number in range";
    }
    if (type == double.class || type == Double.class) {
      return "must be a number";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "must be true or false";
    }
    if (type == String.class) {
      return "must be a text";
    }
    return Collection.class.isAssignableFrom(type) ? "must be a list" : "must be an object";
  }

  static Optional<String> nearest(String name, List<String> known) {
    String lower = name.toLowerCase(Locale.ROOT);
    return known.stream()
        .min(Comparator.comparingInt(candidate -> distance(lower, candidate)))
        .filter(
            candidate -> distance(lower, candidate) <= Math.min(FARTHEST_HINT, name.length() / 2));
  }

  /// Levenshtein's: single letters inserted, removed or replaced.
  private static int distance(String left, String right) {
    String other = right.toLowerCase(Locale.ROOT);
    int[] previous = new int[other.length() + 1];
    Arrays.setAll(previous, i -> i);
    for (int i = 1; i <= left.length(); i++) {
      int[] current = new int[other.length() + 1];
      current[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int replaced = previous[j - 1] + (left.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[other.length()];
  }
}
