package dev.kumiai.aggregation.run;

import jakarta.validation.Validation;

/// Checks of form without the rest of the service.
public final class FormChecks {

  private FormChecks() {}

  @SuppressWarnings("resource") // lives as long as the process
  public static FormCheck standalone() {
    return new FormCheck(Validation.buildDefaultValidatorFactory().getValidator());
  }
}
