package dev.kumiai.aggregation.pilot;

import dev.kumiai.core.pilot.Arm;
import dev.kumiai.protocol.pilot.Amount;
import dev.kumiai.protocol.pilot.PilotSpec;
import dev.kumiai.protocol.pilot.Repetition;
import dev.kumiai.protocol.run.EvaluationSpec;
import dev.kumiai.protocol.run.FilterSpec;
import dev.kumiai.protocol.run.GenerationSpec;
import dev.kumiai.protocol.run.GeneratorRef;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.run.TrainingSpec;
import dev.kumiai.protocol.run.TrainingSpec.GeneratedOrder;
import dev.kumiai.protocol.run.TrainingSpec.TrainsOn;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The runs of a pilot as what users ask for. Those of one repetition differ in what sites train on
/// and in nothing else.
final class ArmSpecs {

  private static final String IID_SUFFIX = "-iid";

  private ArmSpecs() {}

  static RunSpec of(PilotSpec pilot, PlannedRun planned) {
    RunSpec run = pilot.run();
    Repetition repetition = pilot.repetitions().get(planned.repetition());
    GenerationSpec generation = generation(pilot, planned);
    return new RunSpec(
        "%s: %s, seed %d".formatted(pilot.name(), planned.arm().text(), repetition.seed()),
        repetition.seed(),
        run.data().inDataset(dataset(run, repetition, planned.arm())),
        run.model(),
        repetition.sites(),
        run.rounds(),
        training(run.training(), planned.arm(), generation != null),
        strategy(run.strategy(), planned.arm()),
        generation,
        run.round(),
        evaluation(run.evaluation(), repetition),
        run.retention(),
        run.executor());
  }

  private static String dataset(RunSpec run, Repetition repetition, Arm arm) {
    String own = repetition.dataset() == null ? run.data().dataset() : repetition.dataset();
    if (arm != Arm.IID) {
      return own;
    }
    return repetition.iidDataset() == null ? own + IID_SUFFIX : repetition.iidDataset();
  }

  /// Without private samples nothing can go before or after them.
  private static TrainingSpec training(TrainingSpec training, Arm arm, boolean generates) {
    TrainsOn on =
        switch (arm) {
          case NONE, GENERATION, CLASSICAL, PUBLIC, IID -> TrainsOn.PRIVATE_AND_GENERATED;
          case SHUFFLED_LABELS -> TrainsOn.SHUFFLED_LABELS;
          case GENERATED_ONLY, PUBLIC_ONLY -> TrainsOn.GENERATED_ONLY;
        };
    boolean both = generates && on != TrainsOn.GENERATED_ONLY;
    return training.withGenerated(both ? training.generatedOrder() : GeneratedOrder.MIXED, on);
  }

  /// Without private samples none can be counted.
  private static StrategySpec strategy(StrategySpec strategy, Arm arm) {
    return switch (arm) {
      case NONE, GENERATION, CLASSICAL, SHUFFLED_LABELS, PUBLIC, IID -> strategy;
      case GENERATED_ONLY, PUBLIC_ONLY ->
          new StrategySpec(strategy.name(), StrategySpec.Weighting.ALL, strategy.parameters());
    };
  }

  private static @Nullable GenerationSpec generation(PilotSpec pilot, PlannedRun planned) {
    Amount amount = planned.amount();
    if (amount == null) {
      return null;
    }
    GenerationSpec usual = Objects.requireNonNull(pilot.run().generation());
    return switch (planned.arm()) {
      case NONE, IID -> null;
      case GENERATION, SHUFFLED_LABELS, GENERATED_ONLY -> amount.in(usual);
      case CLASSICAL -> instead(usual, amount, new GeneratorRef.Classical());
      case PUBLIC, PUBLIC_ONLY ->
          instead(usual, amount, new GeneratorRef.Public(pilot.publicImages()));
    };
  }

  /// As many samples from elsewhere, shared out and filtered alike.
  private static GenerationSpec instead(GenerationSpec usual, Amount amount, GeneratorRef other) {
    Integer total = amount.totalSamples();
    GenerationSpec spec =
        total == null
            ? GenerationSpec.ofMultiple(other, Objects.requireNonNull(amount.multiple()))
            : GenerationSpec.ofTotal(other, total);
    FilterSpec filters =
        other instanceof GeneratorRef.Classical
            ? usual.filters().withNearCopies(false)
            : usual.filters();
    return spec.withAllocation(usual.allocation()).withFilters(filters);
  }

  private static @Nullable EvaluationSpec evaluation(
      @Nullable EvaluationSpec evaluation, Repetition repetition) {
    return evaluation == null || repetition.evaluators().isEmpty()
        ? evaluation
        : new EvaluationSpec(
            repetition.evaluators(),
            evaluation.dataset(),
            evaluation.everyRounds(),
            evaluation.patienceRounds());
  }
}
