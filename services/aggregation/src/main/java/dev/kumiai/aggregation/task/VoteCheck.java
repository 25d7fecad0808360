package dev.kumiai.aggregation.task;

import dev.kumiai.aggregation.run.Participant;
import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunStore;
import dev.kumiai.aggregation.site.SiteStore;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.site.DatasetCounts;
import dev.kumiai.protocol.task.UpdateMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.Map;

/// Whether an update counts no more examples than its site can have: a site that claims a million
/// would outvote all others.
@ApplicationScoped
class VoteCheck {

  private final RunStore runs;
  private final SiteStore sites;

  VoteCheck(RunStore runs, SiteStore sites) {
    this.runs = runs;
    this.sites = sites;
  }

  /// Looks at what the site announced last and at what it was asked to generate.
  ///
  /// @throws KumiaiException.Invalid `update-examples-unannounced`
  @Transactional
  void require(Run run, SiteId id, UpdateMetadata metadata) {
    String dataset = run.spec().data().dataset();
    Participant participant = runs.participant(run.id(), id).orElseThrow();
    DatasetCounts announced =
        sites.find(id).flatMap(site -> site.counts(dataset)).orElseGet(participant::counts);
    long held =
        run.spec().data().classes().stream()
            .mapToLong(label -> announced.perClass().getOrDefault(label, 0))
            .sum();
    long generated =
        run.spec().strategy().weighting() == StrategySpec.Weighting.ALL
            ? sum(participant.budget())
            : 0;
    if (metadata.examples() > held + generated) {
      throw new KumiaiException.Invalid(
          "update-examples-unannounced",
          "an update of %d examples, but site '%s' announced %d of data set '%s' and generates %d: announce all that there is and send it again"
              .formatted(metadata.examples(), id, held, dataset, generated));
    }
  }

  private static long sum(Map<String, Integer> counts) {
    return counts.values().stream().mapToLong(Integer::longValue).sum();
  }
}
