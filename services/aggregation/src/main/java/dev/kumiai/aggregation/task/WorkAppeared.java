package dev.kumiai.aggregation.task;

import dev.kumiai.core.SiteId;
import java.util.Set;

/// Sites have something to claim. Fired inside the transaction, observed after its success.
public record WorkAppeared(Set<SiteId> sites) {

  public WorkAppeared {
    sites = Set.copyOf(sites);
  }
}
