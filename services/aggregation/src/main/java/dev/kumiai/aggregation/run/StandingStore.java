package dev.kumiai.aggregation.run;

import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import java.util.List;

/// Keeps how sites stand in runs. Every call belongs to a transaction of the caller that has the
/// run's lock.
public interface StandingStore {

  /// How a site stands; clean when nothing is recorded.
  Standing of(RunId run, SiteId site);

  /// Those of whom something is recorded, in canonical order: by site.
  List<Standing> of(RunId run);

  /// Those in quarantine, in canonical order: by site.
  default List<Standing> quarantined(RunId run) {
    return of(run).stream().filter(standing -> standing.quarantine() != null).toList();
  }

  /// Adds a standing or replaces it.
  void save(RunId run, Standing standing);
}
