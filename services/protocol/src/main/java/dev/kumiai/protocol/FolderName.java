package dev.kumiai.protocol;

import static java.lang.annotation.ElementType.FIELD;
import static java.lang.annotation.ElementType.PARAMETER;
import static java.lang.annotation.ElementType.TYPE_USE;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import jakarta.validation.ReportAsSingleViolation;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A name that becomes a folder at a site, such as a data set or a class. It cannot lead out of the
/// folder it belongs in, and fits into a file system's 255 bytes whatever its script.
@NotNull @Pattern(regexp = "(?=.{1,80}$)[^./\\\\\\p{Cntrl}\\s]([^/\\\\\\p{Cntrl}]*[^/\\\\\\p{Cntrl}\\s])?")
@ReportAsSingleViolation
@Constraint(validatedBy = {})
@Target({FIELD, PARAMETER, TYPE_USE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface FolderName {

  /// What a caller is told.
  String message() default
      "must be 1 to 80 characters without slashes or control characters, and start with neither a"
          + " dot nor a space";

  /// Bean Validation's own.
  Class<?>[] groups() default {};

  /// Bean Validation's own.
  Class<? extends Payload>[] payload() default {};
}
