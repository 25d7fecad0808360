package dev.kumiai.aggregation.request;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/// Remembers what was asked for. Every call belongs to a transaction of the caller.
public interface RunRequestStore {

  /// Notes a request, waiting for who notes the same.
  ///
  /// @return its number; empty when it was noted before
  OptionalLong take(RequestKey request, Instant now);

  /// Notes what became of it.
  void settle(long number, Outcome outcome);

  /// What became of a request that was noted before.
  Optional<Outcome> outcome(RequestKey request);
}
