package dev.kumiai.aggregation.run;

import dev.kumiai.core.KumiaiException.Violation;
import jakarta.inject.Singleton;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.validation.Validator;
import java.util.Comparator;
import java.util.List;

/// Applies the constraints that the protocol's types declare, and names places as JSON does.
@Singleton
public class FormCheck {

  private final Validator validator;

  FormCheck(Validator validator) {
    this.validator = validator;
  }

  /// What breaks a constraint, by JSON pointer (RFC 6901).
  public List<Violation> violations(Object value) {
    return validator.validate(value).stream()
        .map(FormCheck::violation)
        .sorted(Comparator.comparing(Violation::where).thenComparing(Violation::what))
        .toList();
  }

  private static Violation violation(ConstraintViolation<?> broken) {
    String what = broken.getInvalidValue() == null ? "is missing" : broken.getMessage();
    return new Violation(pointer(broken.getPropertyPath()), what);
  }

  private static String pointer(Path path) {
    StringBuilder pointer = new StringBuilder();
    for (Path.Node node : path) {
      if (node.getIndex() != null) {
        pointer.append('/').append(node.getIndex());
      } else if (node.getKey() != null) {
        pointer.append('/').append(escape(node.getKey().toString()));
      }
      if (node.getKind() == ElementKind.PROPERTY && node.getName() != null) {
        pointer.append('/').append(escape(node.getName()));
      }
    }
    return pointer.toString();
  }

  /// A name as a step of a JSON pointer.
  public static String escape(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }
}
