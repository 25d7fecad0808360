package dev.kumiai.protocol.task;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;

/// Tells the aggregator that an attempt is alive and how far it is; renews the lease.
///
/// @param fraction done, from 0 to 1
/// @param stage what is being done, for a person
public record Heartbeat(
    @DecimalMin("0.0") @DecimalMax("1.0") double fraction, @NotNull @Size(max = 200) String stage) {

  /// What the aggregator answers.
  ///
  /// @param cancel the worker should stop: nobody wants the result any more
  public record Answer(boolean cancel) {}
}
