package dev.kumiai.aggregation.task;

import dev.kumiai.core.Digest;
import dev.kumiai.core.RunId;
import java.util.Optional;

/// What strategies remember at the server, as tasks tell it. Every call belongs to a transaction of
/// the caller.
public interface ServerMemory {

  /// One of a strategy's states after a round; empty before the first round.
  Optional<Digest> after(RunId run, int round, String state);
}
