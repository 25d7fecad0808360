package dev.kumiai.aggregation.round;

import dev.kumiai.core.SiteId;
import java.util.List;

/// Who works in a stage.
///
/// @param sites in canonical order
/// @param needed how many of them have to answer
record Crew(List<SiteId> sites, int needed) {

  Crew {
    sites = sites.stream().sorted().toList();
  }
}
