package dev.kumiai.aggregation.task;

import dev.kumiai.aggregation.run.ChosenStrategy;
import dev.kumiai.aggregation.run.Participant;
import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunStore;
import dev.kumiai.aggregation.site.SiteStore;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.strategy.Compatibility.Need;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.run.TrainingSpec;
import dev.kumiai.protocol.site.DatasetCounts;
import dev.kumiai.protocol.task.UpdateMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.Map;
import java.util.Set;

/// Whether an update tells what the run's strategy needs, and counts no more than its site can
/// have: a site that claims a million examples would outvote all others, and one that claims a
/// million steps would drive FedNova anywhere.
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
  /// @throws KumiaiException.Invalid `update-steps-missing`, `update-loss-missing`,
  ///   `update-examples-unannounced` or `update-steps-unannounced`
  @Transactional
  void require(Run run, SiteId id, UpdateMetadata metadata) {
    requireNeeds(run, metadata);
    String dataset = run.spec().data().dataset();
    Participant participant = runs.participant(run.id(), id).orElseThrow();
    DatasetCounts announced =
        sites.find(id).flatMap(site -> site.counts(dataset)).orElseGet(participant::counts);
    TrainingSpec training = run.spec().training();
    boolean withPrivate = training.trainsOn() != TrainingSpec.TrainsOn.GENERATED_ONLY;
    long held =
        run.spec().data().classes().stream()
            .mapToLong(label -> withPrivate ? announced.perClass().getOrDefault(label, 0) : 0)
            .sum();
    long generated = sum(participant.budget());
    boolean all = run.spec().strategy().weighting() == StrategySpec.Weighting.ALL;
    long counted = held + (all ? generated : 0);
    if (metadata.examples() > counted) {
      throw new KumiaiException.Invalid(
          "update-examples-unannounced",
          "an update of %d examples, but of site '%s' %d announced of data set '%s' count, and %d to be generated: announce all that there is and send it again"
              .formatted(metadata.examples(), id, held, dataset, counted - held));
    }
    long most = mostSteps(training, held, generated);
    if (metadata.steps() != null && metadata.steps() > most) {
      throw new KumiaiException.Invalid(
          "update-steps-unannounced",
          "an update of %d steps, but site '%s' has no more than %d to take in a round: announce all samples that there are and send it again"
              .formatted(metadata.steps(), id, most));
    }
  }

  private static void requireNeeds(Run run, UpdateMetadata metadata) {
    Set<Need> needs = ChosenStrategy.of(run.spec()).compatibility().needs();
    if (needs.contains(Need.LOCAL_STEPS) && metadata.steps() == null) {
      throw missing(run, "update-steps-missing", "how many steps its optimiser took");
    }
    if (needs.contains(Need.INITIAL_LOSS) && metadata.initialLoss() == null) {
      throw missing(run, "update-loss-missing", "the loss of the model that was received");
    }
  }

  private static KumiaiException missing(Run run, String code, String what) {
    return new KumiaiException.Invalid(
        code,
        "the update does not tell %s, which %s needs: add it to its __metadata__"
            .formatted(what, run.spec().strategy().name()));
  }

  private static long mostSteps(TrainingSpec training, long held, long generated) {
    Integer steps = training.steps();
    Integer epochs = training.epochs();
    if (steps != null) {
      return steps;
    }
    long batch = training.batchSize();
    // One part after the other ends with a batch each that may not be full.
    long perEpoch =
        training.generatedOrder() == TrainingSpec.GeneratedOrder.MIXED
            ? Math.ceilDiv(held + generated, batch)
            : Math.ceilDiv(held, batch) + Math.ceilDiv(generated, batch);
    return (epochs == null ? 1 : epochs) * perEpoch;
  }

  private static long sum(Map<String, Integer> counts) {
    return counts.values().stream().mapToLong(Integer::longValue).sum();
  }
}
