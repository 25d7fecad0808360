package dev.kumiai.aggregation;

import dev.kumiai.core.Digest;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.run.BufferSpec;
import dev.kumiai.protocol.run.DataSpec;
import dev.kumiai.protocol.run.EvaluationSpec;
import dev.kumiai.protocol.run.GenerationSpec;
import dev.kumiai.protocol.run.GeneratorRef;
import dev.kumiai.protocol.run.ModelSpec;
import dev.kumiai.protocol.run.RetentionSpec;
import dev.kumiai.protocol.run.RoundSpec;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.run.TrainingSpec;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a test asks for, where it differs from a plain run of one round.
final class TinySpec {

  private final List<SiteId> sites;
  private int rounds = 1;
  private long seed = 42;
  private double quorum = 1;
  private int deadlineSeconds = 600;
  private int maxAttempts = 3;
  private int leaseSeconds = 30;
  private @Nullable BufferSpec buffer;
  private @Nullable Integer sitesPerRound;
  private double overSelection;
  private int replaceAfterSeconds = RoundSpec.DEFAULT.replaceAfterSeconds();
  private int maxFaults;
  private RoundSpec.Trigger trigger = RoundSpec.Trigger.AUTOMATIC;
  private TrainingSpec training = TrainingSpec.DEFAULT;
  private StrategySpec strategy = StrategySpec.DEFAULT;
  private ModelSpec model =
      new ModelSpec(ModelSpec.Architecture.TORCHSCRIPT, Digest.of(new byte[] {2}), null);
  private @Nullable Digest initial;
  private @Nullable GenerationSpec generation;
  private @Nullable EvaluationSpec evaluation;
  private @Nullable RetentionSpec retention;
  private RunSpec.Executor executor = RunSpec.Executor.AGENTS;

  TinySpec(TinySite... sites) {
    this.sites = Stream.of(sites).map(TinySite::id).toList();
  }

  TinySpec rounds(int number) {
    rounds = number;
    return this;
  }

  TinySpec seed(long number) {
    seed = number;
    return this;
  }

  TinySpec quorum(double share, int within) {
    quorum = share;
    deadlineSeconds = within;
    return this;
  }

  TinySpec lease(int seconds) {
    leaseSeconds = seconds;
    return this;
  }

  TinySpec maxAttempts(int number) {
    maxAttempts = number;
    return this;
  }

  TinySpec sitesPerRound(int number, double more) {
    sitesPerRound = number;
    overSelection = more;
    return this;
  }

  TinySpec replaceAfterSeconds(int seconds) {
    replaceAfterSeconds = seconds;
    return this;
  }

  TinySpec maxFaults(int number) {
    maxFaults = number;
    return this;
  }

  TinySpec manual() {
    trigger = RoundSpec.Trigger.MANUAL;
    return this;
  }

  /// @param parameters those that differ from the defaults
  TinySpec strategy(StrategySpec.Name name, Map<String, Double> parameters) {
    strategy = new StrategySpec(name, StrategySpec.Weighting.ALL, parameters);
    return this;
  }

  /// Asynchronous rounds of so many updates.
  TinySpec buffer(int size, int maxStaleness) {
    buffer = new BufferSpec(size, maxStaleness);
    return strategy(StrategySpec.Name.FEDBUFF, Map.of());
  }

  TinySpec proximalMu(double mu) {
    return training(TrainingSpec.DEFAULT.momentum(), mu);
  }

  TinySpec withoutMomentum() {
    return training(0, 0);
  }

  private TinySpec training(double momentum, double proximalMu) {
    TrainingSpec usual = TrainingSpec.DEFAULT;
    training =
        new TrainingSpec(
            usual.epochs(),
            usual.steps(),
            usual.batchSize(),
            usual.learningRate(),
            momentum,
            usual.weightDecay(),
            proximalMu,
            usual.gradientClipNorm(),
            usual.classBalanced());
    return this;
  }

  /// A strategy with what it asks of the rest of a run, and its defaults.
  TinySpec fitting(StrategySpec.Name name) {
    strategy(name, Map.of());
    return switch (name) {
      case FEDPROX -> proximalMu(0.1);
      case SCAFFOLD -> withoutMomentum();
      case MOON, FEDDECORR -> builtIn();
      default -> this;
    };
  }

  /// A network that shows its features; nobody here computes with it.
  private TinySpec builtIn() {
    model = new ModelSpec(ModelSpec.Architecture.CNN, null, null);
    return this;
  }

  TinySpec initial(Digest model) {
    initial = model;
    return this;
  }

  TinySpec generating(int samples) {
    generation = GenerationSpec.ofTotal(new GeneratorRef.File(Digest.of(new byte[] {1})), samples);
    return this;
  }

  TinySpec trainingOn(TrainingSpec.TrainsOn on) {
    training = training.withGenerated(training.generatedOrder(), on);
    return this;
  }

  TinySpec generated(TrainingSpec.GeneratedOrder order) {
    training = training.withGenerated(order, training.trainsOn());
    return this;
  }

  TinySpec measuredBy(int everyRounds, @Nullable Integer patience, TinySite... judges) {
    evaluation =
        new EvaluationSpec(
            Stream.of(judges).map(TinySite::id).toList(), TinySite.DATASET, everyRounds, patience);
    return this;
  }

  TinySpec retention(RetentionSpec asked) {
    retention = asked;
    return this;
  }

  TinySpec jobs() {
    executor = RunSpec.Executor.JOBS;
    return this;
  }

  RunSpec build() {
    return new RunSpec(
        "tiny",
        seed,
        new DataSpec(TinySite.DATASET, TinySite.CLASSES, 32, 3, 0.05),
        new ModelSpec(model.architecture(), model.torchScript(), initial),
        sites,
        rounds,
        training,
        strategy,
        generation,
        new RoundSpec(
            quorum,
            deadlineSeconds,
            maxAttempts,
            leaseSeconds,
            buffer,
            sitesPerRound,
            overSelection,
            replaceAfterSeconds,
            maxFaults,
            trigger),
        evaluation,
        retention,
        executor);
  }
}
