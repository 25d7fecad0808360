package dev.kumiai.aggregation.task;

import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import java.util.Set;

/// Sites of a run have something to claim. Fired inside the transaction, observed after its
/// success.
public record WorkAppeared(RunId run, Set<SiteId> sites) {

  public WorkAppeared {
    sites = Set.copyOf(sites);
  }
}
