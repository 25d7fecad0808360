package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.aggregation.pilot.PilotEngine;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.core.PilotId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.core.pilot.Arm;
import dev.kumiai.protocol.error.Problem;
import dev.kumiai.protocol.pilot.PilotPhase;
import dev.kumiai.protocol.pilot.PilotReport;
import dev.kumiai.protocol.pilot.PilotReport.Decision;
import dev.kumiai.protocol.pilot.PilotReport.RunReport;
import dev.kumiai.protocol.pilot.PilotSpec;
import dev.kumiai.protocol.pilot.PilotView;
import dev.kumiai.protocol.pilot.Repetition;
import dev.kumiai.protocol.run.GenerationSpec;
import dev.kumiai.protocol.run.GeneratorRef;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.TrainingSpec.TrainsOn;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.protocol.task.TaskReport;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class PilotTest {

  private final Aggregator aggregator;
  private final PilotEngine engine;

  @Inject
  PilotTest(Aggregator aggregator, PilotEngine engine) {
    this.aggregator = aggregator;
    this.engine = engine;
  }

  @AfterEach
  void endWhatIsLeft() {
    aggregator.close();
  }

  private PilotView await(PilotId pilot, Predicate<PilotView> wanted) {
    return Aggregator.await(
        () -> {
          engine.tick();
          return aggregator.client().pilot(pilot);
        },
        wanted);
  }

  private PilotView awaitEnd(PilotId pilot) {
    return await(pilot, view -> view.phase().isTerminal());
  }

  private PilotId start(TinyPilot pilot) {
    return aggregator.client().createPilot(pilot.build()).pilot();
  }

  private RunSpec spec(PilotView.Started run) {
    return aggregator.view(run.run()).spec();
  }

  @Test
  void comparesArmsOnTheSameSitesSeedsAndSchedule() throws Exception {
    TinySite a = aggregator.site("a", 10, 0, 2);
    TinySite b = aggregator.site("b", 0, 5, 0);
    TinySite judge = aggregator.site("judge", 10, 10, 10);
    List.of(a, b).forEach(site -> TinyPilot.announceEven(site, 4));
    TinySpec spec = new TinySpec(a, b).rounds(2).generating(30).measuredBy(1, null, judge);

    PilotId pilot = start(new TinyPilot(spec, judge, a, b).arms(Arm.values()));
    PilotView end;
    try (TinyWorkers _ = new TinyWorkers(a, b, judge)) {
      end = awaitEnd(pilot);
    }

    assertThat(end.phase()).as(end.reason()).isEqualTo(PilotPhase.SUCCEEDED);
    assertThat(end.planned()).isEqualTo(16);
    assertThat(end.runs())
        .hasSize(16)
        .allSatisfy(run -> assertThat(run.phase()).isEqualTo(RunPhase.SUCCEEDED));
    assertThat(end.runs().subList(0, 4))
        .extracting(PilotView.Started::arm)
        .containsExactly(Arm.NONE, Arm.GENERATION, Arm.NONE, Arm.GENERATION);
    for (PilotView.Started run : end.runs()) {
      RunSpec is = spec(run);
      assertThat(is.seed()).isEqualTo(run.repetition() + 1L);
      assertThat(is.rounds()).isEqualTo(2);
      assertThat(is.sites()).containsExactly(a.id(), b.id());
      assertThat(is.data().dataset()).isEqualTo(run.arm() == Arm.IID ? "castings-iid" : "castings");
      assertThat(is.generation() == null).isEqualTo(run.amount() == null);
    }
    assertThat(trainsOn(end, Arm.SHUFFLED_LABELS)).isEqualTo(TrainsOn.SHUFFLED_LABELS);
    assertThat(trainsOn(end, Arm.GENERATED_ONLY)).isEqualTo(TrainsOn.GENERATED_ONLY);
    assertThat(trainsOn(end, Arm.PUBLIC)).isEqualTo(TrainsOn.PRIVATE_AND_GENERATED);
    assertThat(generator(end, Arm.CLASSICAL)).isEqualTo(new GeneratorRef.Classical());
    assertThat(generator(end, Arm.PUBLIC_ONLY)).isEqualTo(new GeneratorRef.Public("images"));
    sharesTheSetOf(end, Arm.GENERATION, Arm.SHUFFLED_LABELS, Arm.GENERATED_ONLY);
    report(pilot, a, b);
  }

  private TrainsOn trainsOn(PilotView end, Arm arm) {
    return spec(first(end, arm)).training().trainsOn();
  }

  private GeneratorRef generator(PilotView end, Arm arm) {
    return Objects.requireNonNull(spec(first(end, arm)).generation()).generator();
  }

  private static PilotView.Started first(PilotView end, Arm arm) {
    return end.runs().stream().filter(run -> run.arm() == arm).findFirst().orElseThrow();
  }

  /// Arms that differ in training alone generate once.
  private void sharesTheSetOf(PilotView end, Arm one, Arm... others) {
    for (Arm other : others) {
      assertThat(aggregator.client().sites(first(end, other).run()))
          .extracting(site -> site.plan())
          .isEqualTo(
              aggregator.client().sites(first(end, one).run()).stream()
                  .map(site -> site.plan())
                  .toList());
    }
  }

  private void report(PilotId pilot, TinySite a, TinySite b) throws Exception {
    PilotReport report = aggregator.client().pilotReport(pilot);

    assertThat(report.over()).isEqualTo(16);
    assertThat(report.verdict().decision()).isNotEqualTo(Decision.GO);
    assertThat(report.arms()).hasSize(8);
    assertThat(report.differences()).hasSize(7);
    assertThat(report.differences())
        .allSatisfy(difference -> assertThat(difference.accuracy().count()).isEqualTo(2));
    RunReport run = report.runs().get(1);
    RunView view = aggregator.view(run.run());
    assertThat(run.accuracy()).isEqualTo(view.accuracy());
    assertThat(run.rounds())
        .hasSize(2)
        .allSatisfy(round -> assertThat(Objects.requireNonNull(round.drift())).isPositive());
    long update = Files.size(a.file("update"));
    assertThat((double) run.cost().bytesUp()).isCloseTo(4.0 * update, Offset.offset(40.0));
    assertThat(run.cost().bytesDown()).isPositive();
    assertThat(run.sites().getFirst().held()).containsEntry("crack", 10);
    assertThat(run.sites().getFirst().generated()).containsEntry("pit", 8);
    // Every class is recognised alike here, so every site fares alike, too.
    assertThat(run.siteAccuracyMeasured()).isFalse();
    assertThat(run.siteAccuracy()).containsOnlyKeys(a.id(), b.id());
    assertThat(run.siteAccuracy().values())
        .allSatisfy(
            accuracy ->
                assertThat(accuracy)
                    .isCloseTo(Objects.requireNonNull(run.accuracy()), Offset.offset(1e-12)));
  }

  @Test
  void controlsGoByTheAmountThatWasBest() {
    TinySite a = aggregator.site("a", 10, 1, 2);
    TinySite judge = aggregator.site("judge", 10, 10, 10);
    TinySpec spec = new TinySpec(a).generating(30).measuredBy(1, null, judge);
    PilotId pilot =
        start(
            new TinyPilot(spec, judge, a)
                .arms(Arm.NONE, Arm.GENERATION, Arm.SHUFFLED_LABELS)
                .sweep(1, 0.5, 1.0, 2.0));

    for (int runs = 1; runs <= 8; runs++) {
      int started = runs;
      await(pilot, view -> view.runs().size() == started);
      judge.workOnce(TaskKind.INITIALIZE);
      while (a.workOnce(TaskKind.GENERATE, TaskKind.TRAIN).spec().kind() != TaskKind.TRAIN) {
        // It has generated, and trains next.
      }
      ClaimedTask evaluate = judge.claim(TaskKind.EVALUATE);
      judge.client().report(evaluate, evaluated(10, hitsWith(multiple(evaluate))));
    }

    assertThat(awaitEnd(pilot).planned()).isEqualTo(8);
    PilotReport report = aggregator.client().pilotReport(pilot);
    assertThat(report.arms()).filteredOn(arm -> arm.arm() == Arm.GENERATION).hasSize(3);
    assertThat(Objects.requireNonNull(report.chosen()).multiple()).isEqualTo(1.0);
    assertThat(report.runs())
        .filteredOn(run -> run.arm() == Arm.GENERATION && run.repetition() == 1)
        .singleElement()
        .satisfies(run -> assertThat(run.amount()).isEqualTo(report.chosen()));
    assertThat(report.runs())
        .filteredOn(run -> run.arm() == Arm.SHUFFLED_LABELS)
        .hasSize(2)
        .allSatisfy(run -> assertThat(run.amount()).isEqualTo(report.chosen()));
    assertThat(report.differences())
        .allSatisfy(
            difference ->
                assertThat(difference.confidence()).isCloseTo(1 - 0.05 / 3, Offset.offset(1e-12)));
  }

  private double multiple(ClaimedTask task) {
    GenerationSpec generation = aggregator.view(task.run()).spec().generation();
    return generation == null ? 0 : Objects.requireNonNull(generation.multiple());
  }

  /// The amount in the middle is the best.
  private static long hitsWith(double multiple) {
    return multiple == 1 ? 9 : multiple == 2 ? 7 : 4;
  }

  @Test
  void sitesThatMeasureTellTheirOwnAccuracyAndDoNotCountForThatOfAll() {
    TinySite a = aggregator.site("a", 10, 1, 2);
    TinySite judge = aggregator.site("judge", 10, 10, 10);
    TinySpec spec = new TinySpec(a).generating(30).measuredBy(1, null, judge, a);
    PilotId pilot =
        start(
            new TinyPilot(spec, judge, a)
                .repetitions(
                    new Repetition(1, List.of(a.id()), List.of(judge.id(), a.id()), null, null)));

    await(pilot, view -> view.runs().size() == 1);
    a.workOnce(TaskKind.INITIALIZE);
    a.workOnce(TaskKind.TRAIN);
    judge.client().report(judge.claim(TaskKind.EVALUATE), evaluated(30, 21));
    a.client().report(a.claim(TaskKind.EVALUATE), evaluated(10, 2));
    await(pilot, view -> view.runs().size() == 2);

    RunReport run = aggregator.client().pilotReport(pilot).runs().getFirst();
    assertThat(run.accuracy()).isEqualTo(0.7);
    assertThat(run.siteAccuracyMeasured()).isTrue();
    assertThat(run.siteAccuracy()).isEqualTo(Map.of(a.id(), 0.2));
    aggregator.client().cancelPilot(pilot);
  }

  private static TaskReport evaluated(long examples, long hits) {
    return new TaskReport.Evaluated(
        examples, 0.5, List.of(new TaskReport.ClassHits("pit", examples, hits)));
  }

  @Test
  void cancellingEndsTheRunThatGoesOnAndStartsNoOther() {
    TinySite a = aggregator.site("a", 10, 1, 2);
    TinySpec spec = new TinySpec(a).generating(30).measuredBy(1, null, a);
    PilotId pilot = start(new TinyPilot(spec, a, a));
    PilotView begun = await(pilot, view -> view.runs().size() == 1);

    PilotView cancelled = aggregator.client().cancelPilot(pilot);
    engine.tick();

    assertThat(cancelled.phase()).isEqualTo(PilotPhase.CANCELLED);
    assertThat(aggregator.awaitEnd(begun.runs().getFirst().run()).phase())
        .isEqualTo(RunPhase.CANCELLED);
    assertThat(aggregator.client().cancelPilot(pilot)).isEqualTo(aggregator.client().pilot(pilot));
    assertThat(aggregator.client().pilot(pilot).runs()).hasSize(1);
  }

  @Test
  void aRunThatFailsIsLeftOutAndTheOthersGoOn() {
    TinySite a = aggregator.site("a", 10, 1, 2);
    TinySpec spec = new TinySpec(a).generating(30).maxAttempts(1).measuredBy(1, null, a);
    PilotId pilot = start(new TinyPilot(spec, a, a));

    await(pilot, view -> view.runs().size() == 1);
    fail(a, TaskKind.INITIALIZE);
    PilotView end;
    try (TinyWorkers _ = new TinyWorkers(a)) {
      end = awaitEnd(pilot);
    }

    assertThat(end.phase()).isEqualTo(PilotPhase.SUCCEEDED);
    assertThat(end.runs())
        .extracting(PilotView.Started::phase)
        .containsExactly(
            RunPhase.FAILED, RunPhase.SUCCEEDED, RunPhase.SUCCEEDED, RunPhase.SUCCEEDED);
    PilotReport report = aggregator.client().pilotReport(pilot);
    assertThat(report.verdict().decision()).isEqualTo(Decision.UNDECIDED);
    assertThat(report.verdict().reasons().getLast()).startsWith("1 of 4 runs did not succeed");
    assertThat(report.differences())
        .allSatisfy(difference -> assertThat(difference.accuracy().count()).isEqualTo(1));
    assertThat(aggregator.client().pilots())
        .anySatisfy(listed -> assertThat(listed.pilot()).isEqualTo(pilot));
    assertThatThrownBy(() -> aggregator.client().cancelPilot(pilot))
        .isInstanceOf(KumiaiException.Conflict.class)
        .extracting("code")
        .isEqualTo("pilot-over");
  }

  @Test
  void aPilotNoneOfWhoseRunsSucceedsEndsWithTheReason() {
    TinySite a = aggregator.site("a", 10, 1, 2);
    TinySpec spec = new TinySpec(a).generating(30).maxAttempts(1).measuredBy(1, null, a);
    PilotId pilot = start(new TinyPilot(spec, a, a));

    for (int runs = 1; runs <= 2; runs++) {
      int started = runs;
      await(pilot, view -> view.runs().size() == started);
      fail(a, TaskKind.INITIALIZE);
    }

    PilotView end = awaitEnd(pilot);
    assertThat(end.phase()).isEqualTo(PilotPhase.FAILED);
    assertThat(end.runs()).hasSize(2);
    assertThat(end.reason()).startsWith("none of its first 2 runs succeeded").contains("disk-full");
  }

  private static void fail(TinySite site, TaskKind kind) {
    ClaimedTask task = site.claim(kind);
    site.client()
        .fail(
            task,
            new Problem(Problem.TYPE_PREFIX + "disk-full", "disk-full", 422, "no room", List.of()));
  }

  @Test
  void aPilotWhoseNextRunIsRefusedEndsWithTheReason() {
    TinySite a = aggregator.site("a", 10, 1, 2);
    TinySpec spec = new TinySpec(a).generating(30).measuredBy(1, null, a);
    PilotId pilot = start(new TinyPilot(spec, a, a));
    await(pilot, view -> view.runs().size() == 1);
    a.workOnce(TaskKind.INITIALIZE);
    a.workOnce(TaskKind.TRAIN);
    ClaimedTask last = a.claim(TaskKind.EVALUATE);
    a.announce(90, 1, 1, 1);
    a.answer(last);

    PilotView end = awaitEnd(pilot);
    assertThat(end.phase()).isEqualTo(PilotPhase.FAILED);
    assertThat(end.reason())
        .startsWith("its next run was refused")
        .contains("/sites/0", "[run-spec-invalid]");
  }

  @Test
  void everyMistakeIsToldWhereItsAuthorMadeIt() {
    TinySite a = aggregator.site("a", 10, 1, 2);
    PilotSpec spec =
        new TinyPilot(new TinySpec(a).rounds(2).manual().generating(30), a, a)
            .arms(Arm.GENERATION, Arm.GENERATION)
            .repetitions(TinyPilot.repetition(1, a, a), TinyPilot.repetition(1, a, a))
            .build();

    assertThat(violations(spec))
        .extracting(Violation::where)
        .contains("/arms", "/repetitions/1", "/run/evaluation", "/run/round/trigger");
  }

  @Test
  void whatIsWrongWithARunIsToldOfTheRepetitionThatItComesFrom() {
    TinySite a = aggregator.site("a", 10, 1, 2);
    TinySite b = aggregator.site("b", 3, 3, 3);
    TinyPilot.announceEven(a, 3);
    TinySpec run = new TinySpec(a).generating(30).measuredBy(1, null, a);
    PilotSpec spec =
        new TinyPilot(run, a, a)
            .arms(Arm.NONE, Arm.IID)
            .repetitions(TinyPilot.repetition(1, a, a), TinyPilot.repetition(2, a, a, b))
            .build();

    assertThat(violations(spec))
        .singleElement()
        .satisfies(
            mistake -> {
              assertThat(mistake.where()).isEqualTo("/repetitions/1/sites/1");
              assertThat(mistake.what()).contains("castings-iid");
            });
  }

  private List<Violation> violations(PilotSpec spec) {
    Optional<KumiaiException.Invalid> refusal = Optional.empty();
    try {
      aggregator.client().createPilot(spec);
    } catch (KumiaiException.Invalid e) {
      refusal = Optional.of(e);
    }
    assertThat(refusal).isPresent();
    assertThat(refusal.orElseThrow().code()).isEqualTo("pilot-spec-invalid");
    return refusal.orElseThrow().violations();
  }
}
