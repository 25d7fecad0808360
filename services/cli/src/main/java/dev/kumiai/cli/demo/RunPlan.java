package dev.kumiai.cli.demo;

import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.run.BufferSpec;
import dev.kumiai.protocol.run.DataSpec;
import dev.kumiai.protocol.run.EvaluationSpec;
import dev.kumiai.protocol.run.GeneratorRef;
import dev.kumiai.protocol.run.ModelSpec;
import dev.kumiai.protocol.run.RoundSpec;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.run.TrainingSpec;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What an experiment on one machine asks the aggregator for.
public record RunPlan(ExperimentOptions options, Experiment experiment) {

  private static final int DEFAULT_STEPS = 40;

  /// The sites in as many groups as were asked for, none empty.
  LocalServices.Sites sites() {
    return new LocalServices.Sites(
        experiment.root(),
        groups(experiment.sites(), options.groups),
        List.of(experiment.evaluator()));
  }

  /// Sites in so many groups, none empty, neighbours together.
  public static List<List<SiteId>> groups(List<SiteId> sites, int most) {
    int groups = Math.min(most, sites.size());
    return IntStream.range(0, groups)
        .mapToObj(g -> sites.subList(g * sites.size() / groups, (g + 1) * sites.size() / groups))
        .toList();
  }

  /// The run; both arms of a comparison differ in nothing but generation.
  ///
  /// @param generator what the sites generate with; none is the baseline
  public RunSpec spec(String name, long seed, Optional<GeneratorRef> generator) {
    return new RunSpec(
        name,
        seed,
        new DataSpec(
            experiment.text().dataset(),
            experiment.text().classes(),
            experiment.text().imageSize(),
            experiment.text().channels(),
            DataSpec.DEFAULT_MAX_UNREADABLE_SHARE),
        new ModelSpec(options.model, null, null),
        experiment.sites(),
        options.rounds(),
        generator.isPresent() ? options.generation.use(training()) : training(),
        new StrategySpec(
            options.strategy.name, weighting(generator.isPresent()), options.strategy.parameters),
        generator.map(ref -> options.generation.spec(ref, experiment.total())).orElse(null),
        options.strategy.bufferSize == null
            ? RoundSpec.DEFAULT
            : RoundSpec.DEFAULT.withBuffer(
                new BufferSpec(options.strategy.bufferSize, BufferSpec.DEFAULT.maxStaleness())),
        new EvaluationSpec(
            List.of(experiment.evaluator()), experiment.text().testDataset(), 1, null),
        null);
  }

  private TrainingSpec training() {
    TrainingSpec usual = TrainingSpec.DEFAULT;
    @Nullable Integer steps =
        options.epochs == null && options.steps == null
            ? Integer.valueOf(DEFAULT_STEPS)
            : options.steps;
    return new TrainingSpec(
        options.epochs,
        steps,
        usual.batchSize(),
        options.learningRate,
        options.strategy.momentumOrDefault(),
        usual.weightDecay(),
        options.strategy.proximalMu,
        usual.gradientClipNorm(),
        usual.classBalanced());
  }

  /// Without generation both weightings are one, and some strategies know that one alone.
  private StrategySpec.Weighting weighting(boolean generates) {
    return generates ? options.strategy.weighting : StrategySpec.Weighting.ALL;
  }
}
