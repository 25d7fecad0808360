package dev.kumiai.aggregation.site;

import dev.kumiai.aggregation.access.SecretFile;
import dev.kumiai.aggregation.access.Secrets;
import dev.kumiai.aggregation.config.EnrolmentConfig;
import dev.kumiai.aggregation.config.StorageConfig;
import dev.kumiai.core.KumiaiException;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;

/// The secret that lets a worker enrol: configured, or made at the first start and kept in a file
/// that only its owner can read.
@Startup
@Singleton
public class EnrolmentToken {

  private static final String FILE = "enrolment-token";

  private final String token;

  EnrolmentToken(EnrolmentConfig enrolment, StorageConfig storage) {
    SecretFile file = new SecretFile(storage.data().resolve(FILE), "enrolment token");
    this.token =
        enrolment.enrolmentToken().filter(text -> !text.isBlank()).orElseGet(() -> fromFile(file));
  }

  private static String fromFile(SecretFile file) {
    file.make(Secrets.random());
    return file.read();
  }

  boolean is(String given) {
    return Secrets.same(token, given);
  }

  static KumiaiException wrong() {
    return new KumiaiException.Unauthenticated(
        "enrolment-token-wrong",
        "the enrolment token is not this aggregator's: ask its operator for the right one");
  }
}
