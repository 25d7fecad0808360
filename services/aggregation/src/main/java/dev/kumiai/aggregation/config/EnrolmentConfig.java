package dev.kumiai.aggregation.config;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/// Who may join.
@ConfigMapping(prefix = "kumiai")
public interface EnrolmentConfig {

  /// Secret that a worker shows to enrol its site. When it is not set, one is made at the first
  /// start and kept in the file `enrolment-token` of the data folder, readable by its owner only.
  Optional<String> enrolmentToken();
}
