package dev.kumiai.aggregation.pilot;

import dev.kumiai.aggregation.run.GenerationPlan;
import dev.kumiai.aggregation.run.Participant;
import dev.kumiai.aggregation.site.Site;
import dev.kumiai.aggregation.site.SiteStore;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.pilot.PilotSpec;
import dev.kumiai.protocol.run.GenerationSpec;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.TrainingSpec.TrainsOn;
import dev.kumiai.protocol.site.DatasetCounts;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/// The runs of a pilot as they are created. Where nothing but generated samples is trained on, a
/// site that is to generate none, because it has enough of everything, takes no part. Every call
/// belongs to a transaction of the caller.
@ApplicationScoped
class ArmRuns {

  private final SiteStore sites;

  ArmRuns(SiteStore sites) {
    this.sites = sites;
  }

  RunSpec of(PilotSpec pilot, PlannedRun planned) {
    RunSpec spec = ArmSpecs.of(pilot, planned);
    return spec.training().trainsOn() == TrainsOn.GENERATED_ONLY ? ofGenerating(spec) : spec;
  }

  private RunSpec ofGenerating(RunSpec spec) {
    SortedMap<SiteId, DatasetCounts> counts = new TreeMap<>();
    for (Site site : sites.find(spec.sites())) {
      site.counts(spec.data().dataset()).ifPresent(held -> counts.put(site.id(), held));
    }
    long total =
        GenerationPlan.total(
            Objects.requireNonNull(spec.generation()), GenerationPlan.privateSamples(counts));
    if (!counts.keySet().containsAll(spec.sites()) || total > GenerationSpec.MOST_SAMPLES) {
      return spec; // what is wrong is told where the spec is checked
    }
    List<SiteId> generating =
        GenerationPlan.participants(spec, counts).stream()
            .filter(participant -> participant.plan() != null)
            .map(Participant::site)
            .toList();
    return generating.isEmpty() ? spec : spec.withSites(generating);
  }
}
