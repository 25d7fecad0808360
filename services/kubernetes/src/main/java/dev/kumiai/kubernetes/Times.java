package dev.kumiai.kubernetes;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Times as Kubernetes writes them.
public final class Times {

  private Times() {}

  /// To the second, such as `2026-11-27T12:00:00Z`.
  public static String seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
