package dev.kumiai.aggregation.round;

import dev.kumiai.core.RunId;
import java.time.Instant;

/// Keeps which replica aggregates which round. Every call belongs to a transaction of the caller.
public interface RoundClaimStore {

  /// Claims a round that nobody has claimed, or whose claim has run out by `now`, or extends the
  /// replica's own claim.
  ///
  /// @return whether the replica has it now
  boolean claim(RunId run, int round, ReplicaId replica, Instant now, Instant until);

  /// Extends a claim.
  ///
  /// @return whether the replica still has it
  boolean renew(RunId run, int round, ReplicaId replica, Instant until);

  /// Whether the replica has the claim, run out or not; nobody else gets it before the transaction
  /// ends.
  boolean lock(RunId run, int round, ReplicaId replica);

  /// Gives a claim up, if the replica has it.
  void release(RunId run, int round, ReplicaId replica);
}
