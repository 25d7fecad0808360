package dev.kumiai.aggregation.task;

import dev.kumiai.aggregation.config.TaskConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;

/// What follows a failed attempt.
@ApplicationScoped
class Retry {

  private static final int MOST_DOUBLINGS = 30;

  private final TaskConfig config;

  Retry(TaskConfig config) {
    this.config = config;
  }

  /// Another attempt after a pause that doubles each time, or the end.
  TaskState after(
      TaskState.Claimed failed, String why, boolean canHelp, int maxAttempts, Instant now) {
    if (!canHelp || failed.attempt() >= maxAttempts) {
      return failed.fail(why, now);
    }
    return failed.retry(why, now.plus(pause(failed.attempt())));
  }

  private Duration pause(int attempt) {
    Duration doubled =
        config.retryDelay().multipliedBy(1L << Math.min(attempt - 1, MOST_DOUBLINGS));
    return doubled.compareTo(config.maxRetryDelay()) < 0 ? doubled : config.maxRetryDelay();
  }
}
