package dev.kumiai.generation.remote;

import dev.kumiai.core.KumiaiException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A try failed in a way that may pass.
public final class Passing extends Exception {

  private static final long serialVersionUID = 1L;

  private final KumiaiException.Unavailable failure;
  private final @Nullable Duration pause;

  /// @param failure what the caller gets when no more tries are made
  /// @param pause how long the service wants to be left alone; null where it does not say
  public Passing(KumiaiException.Unavailable failure, @Nullable Duration pause) {
    super(failure.getMessage(), failure);
    this.failure = failure;
    this.pause = pause;
  }

  KumiaiException.Unavailable failure() {
    return failure;
  }

  @Nullable Duration pause() {
    return pause;
  }
}
