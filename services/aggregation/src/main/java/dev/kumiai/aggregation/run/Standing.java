package dev.kumiai.aggregation.run;

import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.run.RunSiteView.FaultKind;
import dev.kumiai.protocol.run.RunSiteView.Faults;
import dev.kumiai.protocol.run.RunSiteView.Quarantine;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// How a site stands in a run: what it did wrong, and whether it is still asked.
///
/// @param faults each kind once, in the order of the kinds; all that there were in the run
/// @param counted faults since the start of the run or the last release; so many lead into
///   quarantine
/// @param quarantine null where the site is asked
public record Standing(
    SiteId site, List<Faults> faults, int counted, @Nullable Quarantine quarantine) {

  public Standing {
    faults = List.copyOf(faults);
  }

  /// A site that did nothing wrong.
  public static Standing clean(SiteId site) {
    return new Standing(site, List.of(), 0, null);
  }

  /// The same after another fault, in quarantine when that is one too many.
  ///
  /// @param maxFaults the fault that leads into quarantine; 0 is none
  public Standing after(FaultKind kind, String problem, Instant at, int maxFaults) {
    int before = of(kind).map(Faults::count).orElse(0);
    List<Faults> all =
        Stream.concat(
                faults.stream().filter(other -> other.kind() != kind),
                Stream.of(new Faults(kind, before + 1, problem, at)))
            .sorted(Comparator.comparing(Faults::kind))
            .toList();
    int now = counted + 1;
    Quarantine held = quarantine;
    if (held == null && maxFaults > 0 && now >= maxFaults) {
      String faultsInWords = now == 1 ? "1 fault" : now + " faults";
      held = new Quarantine(at, "%s, the last %s: %s".formatted(faultsInWords, kind, problem));
    }
    return new Standing(site, all, now, held);
  }

  /// The same, asked again; what it did wrong stays known and leads nowhere any more.
  public Standing release() {
    return new Standing(site, faults, 0, null);
  }

  /// What it did wrong in this way.
  public Optional<Faults> of(FaultKind kind) {
    return faults.stream().filter(fault -> fault.kind() == kind).findFirst();
  }
}
