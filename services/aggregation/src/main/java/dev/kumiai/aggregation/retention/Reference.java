package dev.kumiai.aggregation.retention;

import dev.kumiai.core.Digest;
import dev.kumiai.core.RunId;

/// That a run has a file, and what for.
///
/// @param round in which it was made; of an update, the one that is recorded in `counted`, or that
///   of its task
/// @param counted whether a round is recorded in which it was aggregated, as it is in asynchronous
///   rounds; true of all that are no updates
public record Reference(RunId run, Digest digest, Role role, int round, boolean counted) {

  /// What a file is to a run.
  public enum Role {
    /// The global model after a round; after round 0, the one that the run started from.
    MODEL,
    /// What the strategy remembers after a round.
    STATE,
    /// What a site sent.
    UPDATE
  }
}
