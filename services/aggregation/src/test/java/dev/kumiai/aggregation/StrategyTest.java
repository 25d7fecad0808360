package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.core.strategy.Aggregation;
import dev.kumiai.core.strategy.ServerState;
import dev.kumiai.core.strategy.Strategy;
import dev.kumiai.core.strategy.Update;
import dev.kumiai.core.strategy.Updates;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.SafetensorsWriter;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.StrategySpec.Name;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.protocol.task.TaskSpec;
import dev.kumiai.protocol.task.UpdateMetadata;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What the strategies of runs remember, refuse and leave out. [StrategiesIT] has a run with each.
@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class StrategyTest {

  private final Aggregator aggregator;
  private final ChosenTransform transform;

  @Inject
  StrategyTest(Aggregator aggregator, ChosenTransform transform) {
    this.aggregator = aggregator;
    this.transform = transform;
  }

  @AfterEach
  void endWhatIsLeft() {
    transform.use(UnaryOperator.identity());
    aggregator.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"FEDAVGM", "FEDADAM", "CENTERED_CLIPPING"})
  void whatAStrategyRemembersIsUsedInTheNextRound(Name name, @TempDir Path folder)
      throws IOException {
    TinySite a = aggregator.site("a", 10, 10, 10);
    TinySite b = aggregator.site("b", 1, 1, 1);
    ByHand byHand = new ByHand(name.kind().strategy(Map.of()), folder);
    List<Digest> models = new ArrayList<>();

    RunId run =
        aggregator.startInitialized(new TinySpec(b, a).rounds(3).strategy(name, Map.of()), a);
    for (int round = 1; round <= 3; round++) {
      Path global = folder.resolve("global" + round);
      ClaimedTask taskA = a.claim(TaskKind.TRAIN);
      aggregator.client().downloadModel(((TaskSpec.Train) taskA.spec()).global(), global);
      List<Update> updates = List.of(byHand.update(a, taskA), byHand.update(b, claimed(b)));
      models.add(byHand.aggregate(global, updates));
    }

    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.SUCCEEDED);
    assertThat(aggregator.client().rounds(run))
        .filteredOn(round -> round.round() > 0)
        .extracting(round -> Objects.requireNonNull(round.model()))
        .isEqualTo(models);
    assertThat(byHand.remembered).hasSize(3 * byHand.strategy.states().size());
    assertThat(byHand.remembered).allMatch(aggregator::keeps);
  }

  private static ClaimedTask claimed(TinySite site) {
    return site.claim(TaskKind.TRAIN);
  }

  /// The same as the aggregator does, by core alone.
  private static final class ByHand {
    private final Strategy strategy;
    private final Path folder;
    private final List<Digest> remembered = new ArrayList<>();
    private Map<String, Path> states = Map.of();
    private int round;

    ByHand(Strategy strategy, Path folder) {
      this.strategy = strategy;
      this.folder = folder;
    }

    /// Does a task and looks at the update.
    Update update(TinySite site, ClaimedTask task) throws IOException {
      Path file = folder.resolve(site.id() + "-" + task.round());
      Files.copy(site.update((TaskSpec.Train) task.spec()), file);
      site.answer(task);
      return new Update(site.id(), site.examples(), SafetensorsFile.open(file));
    }

    Digest aggregate(Path global, List<Update> updates) throws IOException {
      round++;
      Updates all = Updates.of(SafetensorsFile.open(global), updates);
      Map<String, ServerState> through = new HashMap<>();
      Map<String, Path> after = new TreeMap<>();
      for (String name : strategy.states()) {
        Path before = states.get(name);
        Path file = folder.resolve(name + round);
        after.put(name, file);
        through.put(
            name,
            new ServerState(
                before == null ? null : SafetensorsFile.open(before),
                SafetensorsWriter.create(file, all.stateSpecs(), Map.of())));
      }
      SafetensorsWriter model =
          SafetensorsWriter.create(folder.resolve("model" + round), all.specs(), Map.of());
      new Aggregation(strategy, 1).run(all, through, model, Progress.SILENT);
      for (ServerState state : through.values()) {
        remembered.add(state.after().finish());
      }
      states = after;
      return model.finish();
    }
  }

  @ParameterizedTest
  @CsvSource({"FEDNOVA, update-steps-missing", "QFEDAVG, update-loss-missing"})
  void anUpdateWithoutWhatTheStrategyNeedsIsRefusedWhenItArrives(Name name, String code) {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a).strategy(name, Map.of()), a);
    ClaimedTask task = a.claim(TaskKind.TRAIN);
    Path file = a.file("bare");
    TinyModel.writeUpdate(file, TinyModel.initial(1), new UpdateMetadata(3, 0.5, null, null));

    assertThatThrownBy(() -> a.client().upload(task, file))
        .isInstanceOf(KumiaiException.Invalid.class)
        .extracting("code")
        .isEqualTo(code);

    a.answer(task);
    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.SUCCEEDED);
  }

  @Test
  void onlyAStrategyThatNeedsTheFirstLossAsksForIt() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId fair = aggregator.startInitialized(new TinySpec(a).strategy(Name.QFEDAVG, Map.of()), a);
    TaskSpec.Train asks = (TaskSpec.Train) a.workOnce(TaskKind.TRAIN).spec();
    aggregator.awaitEnd(fair);
    aggregator.startInitialized(new TinySpec(a), a);
    TaskSpec.Train asksNot = (TaskSpec.Train) a.workOnce(TaskKind.TRAIN).spec();

    assertThat(asks.initialLoss()).isTrue();
    assertThat(asksNot.initialLoss()).isFalse();
  }

  /// Option II of SCAFFOLD through HTTP: c is the mean of what sites sent, over all sites of the
  /// run, and a site hears which of its own updates was the last that counted.
  @Test
  void scaffoldTellsEachSiteTheControlVariateAndWhichOfItsUpdatesCounted() throws IOException {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 20, 1, 1);
    TinySpec spec = new TinySpec(a, b).rounds(3).fitting(Name.SCAFFOLD).quorum(0.5, 100);
    RunId run = aggregator.startInitialized(spec, a);

    Sent a1 = Sent.by(a);
    Sent b1 = Sent.by(b);
    ClaimedTask late = b.claim(TaskKind.TRAIN);
    Sent a2 = Sent.by(a);
    aggregator.pass(Duration.ofSeconds(100));
    Sent b3 = Sent.by(b);
    Sent a3 = Sent.by(a);

    assertThat(a1.task.control()).isNull();
    assertThat(List.of(a1.task, b1.task)).extracting(TaskSpec.Train::counted).containsOnlyNulls();
    assertThat(a2.task.counted()).isEqualTo(a1.update);
    assertThat(((TaskSpec.Train) late.spec()).counted()).isEqualTo(b1.update);
    assertThat(a3.task.counted()).isEqualTo(a2.update);
    assertThat(b3.task.counted()).as("the late one did not count").isEqualTo(b1.update);
    assertControl(a, a2.task, List.of(a1, b1));
    assertControl(b, b3.task, List.of(a1, b1, a2));
    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.SUCCEEDED);
  }

  /// What a site was told, and sent.
  private record Sent(TaskSpec.Train task, Digest update, ModelWeights tensors) {
    static Sent by(TinySite site) throws IOException {
      ClaimedTask task = site.claim(TaskKind.TRAIN);
      Path file = site.update((TaskSpec.Train) task.spec());
      Digest digest = Digest.of(file);
      ModelWeights tensors = TinyModel.read(file);
      site.answer(task);
      return new Sent((TaskSpec.Train) task.spec(), digest, tensors);
    }
  }

  private void assertControl(TinySite site, TaskSpec.Train task, List<Sent> counted) {
    double[] expected = new double[TinyModel.CLASSES];
    for (Sent sent : counted) {
      float[] change = sent.tensors.get("control/output.bias").toFloats();
      for (int i = 0; i < expected.length; i++) {
        expected[i] += change[i] / 2.0;
      }
    }
    Path file = site.file("control");
    aggregator.client().downloadModel(Objects.requireNonNull(task.control()), file);
    float[] control = TinyModel.read(file).get("output.bias").toFloats();
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) control[i]).isCloseTo(expected[i], within(1e-6));
    }
  }

  @ParameterizedTest
  @CsvSource({"SCAFFOLD, false", "FEDAVG, true"})
  void controlVariatesComeWithScaffoldAndWithNothingElse(Name name, boolean controls) {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a).fitting(name), a);
    ClaimedTask task = a.claim(TaskKind.TRAIN);
    Path file = a.file("wrong");
    ModelWeights trained = TinyModel.initial(1);
    TinyModel.writeUpdate(
        file,
        controls ? TinyModel.withControls(trained, 1) : trained,
        a.metadata((TaskSpec.Train) task.spec()));

    assertThatThrownBy(() -> a.client().upload(task, file))
        .isInstanceOf(KumiaiException.Invalid.class)
        .hasMessageContaining("control/output");

    a.answer(task);
    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.SUCCEEDED);
  }

  @Test
  void aSiteThatRemembersNothingIsNotToldWhatCounted() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    aggregator.startInitialized(new TinySpec(a).rounds(2), a);
    a.workOnce(TaskKind.TRAIN);

    TaskSpec.Train second = (TaskSpec.Train) a.workOnce(TaskKind.TRAIN).spec();

    assertThat(second.counted()).isNull();
    assertThat(second.control()).isNull();
  }

  /// One that lets the first site's update alone count.
  @Test
  void updatesAreTransformedBeforeTheyCount() throws IOException {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    transform.use(sent -> Updates.of(sent.global(), sent.list().subList(0, 1), sent.sites()));

    RunId run = aggregator.startInitialized(new TinySpec(a, b), a);
    Sent first = Sent.by(a);
    Sent.by(b);

    RunView end = aggregator.awaitEnd(run);
    Path model = a.file("end");
    aggregator.client().downloadModel(Objects.requireNonNull(end.model()), model);
    assertThat(TinyModel.read(model).get("output.weight").toFloats())
        .isEqualTo(first.tensors.get("output.weight").toFloats());
  }

  @Test
  void whatTheSitesTrainingSaysIsNotToBeSaidAgain() {
    TinySite a = aggregator.site("a", 1, 1, 1);

    RunId nova = aggregator.start(new TinySpec(a).strategy(Name.FEDNOVA, Map.of()));
    RunId fair = aggregator.start(new TinySpec(a).strategy(Name.QFEDAVG, Map.of("q", 2.0)));

    assertThat(aggregator.view(nova).spec().strategy().parameters())
        .isEqualTo(Map.of("siteMomentum", 0.9));
    assertThat(aggregator.view(fair).spec().strategy().parameters())
        .isEqualTo(Map.of("q", 2.0, "siteLearningRate", 0.05));
  }

  @Test
  void aModelThatIsNotFiniteEndsTheRunAndLeavesNothingBehind() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySpec spec = new TinySpec(a).strategy(Name.FEDAVGM, Map.of("learningRate", 1e300));

    RunId run = aggregator.startInitialized(spec, a);
    a.workOnce(TaskKind.TRAIN);

    RunView end = aggregator.awaitEnd(run);
    assertThat(end.phase()).isEqualTo(RunPhase.FAILED);
    assertThat(end.reason())
        .contains("round 1 cannot be aggregated: aggregate-not-finite: the model that FEDAVGM made")
        .contains("lower its learning rate");
    aggregator.awaitNoTemporaryFiles();
  }
}
