package dev.kumiai.protocol.run;

import dev.kumiai.core.Digest;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.site.DatasetCounts;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A site in a run as the run's user sees it.
///
/// @param trains whether it takes part in rounds; one that does not only measures the global model
/// @param privateData its private counts when the run was created; null where it does not train
/// @param budget samples it generates per class; empty where it generates none
/// @param plan names its generated set; null where it generates none
/// @param faults what it did wrong, each kind once; empty where nothing
/// @param quarantine since when and why it is not asked any more; null where it is
public record RunSiteView(
    SiteId site,
    boolean trains,
    @Nullable DatasetCounts privateData,
    Map<String, Integer> budget,
    @Nullable Digest plan,
    List<Faults> faults,
    @Nullable Quarantine quarantine) {

  public RunSiteView {
    budget = new TreeMap<>(budget);
    faults = List.copyOf(faults);
  }

  /// Faults of one kind.
  ///
  /// @param count all that there were in the run
  /// @param problem of the newest
  /// @param at when the newest was
  public record Faults(FaultKind kind, int count, String problem, Instant at) {}

  /// Out of the run until somebody releases it.
  public record Quarantine(Instant since, String reason) {}

  /// In how many ways a site can disappoint.
  public enum FaultKind {
    /// Its worker gave an attempt up.
    FAILED,
    /// Its worker was not heard of for the length of a lease.
    SILENT,
    /// It had not answered at a deadline.
    LATE,
    /// What it sent was nonsense and was refused.
    REFUSED
  }
}
