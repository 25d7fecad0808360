package dev.kumiai.protocol.client;

import java.time.Duration;

/// How patient a client is.
///
/// @param connect for a connection to come about
/// @param answer for an answer; a transfer of a large body may take longer as long as bytes move
/// @param attempts tries of a call that may be repeated, at least 1
/// @param backoff waits between them
public record Timing(Duration connect, Duration answer, int attempts, Backoff backoff) {

  public static final Timing DEFAULT =
      new Timing(
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          4,
          new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5)));

  public Timing {
    if (attempts < 1) {
      throw new IllegalArgumentException("a call is tried at least once, not " + attempts);
    }
  }
}
