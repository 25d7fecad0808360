package dev.kumiai.aggregation.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Digest;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.pilot.Arm;
import dev.kumiai.protocol.pilot.Amount;
import dev.kumiai.protocol.pilot.PilotSpec;
import dev.kumiai.protocol.pilot.Repetition;
import dev.kumiai.protocol.pilot.Sweep;
import dev.kumiai.protocol.run.DataSpec;
import dev.kumiai.protocol.run.EvaluationSpec;
import dev.kumiai.protocol.run.GenerationSpec;
import dev.kumiai.protocol.run.GenerationSpec.Guidance;
import dev.kumiai.protocol.run.GeneratorRef;
import dev.kumiai.protocol.run.ModelSpec;
import dev.kumiai.protocol.run.RoundSpec;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.run.TrainingSpec;
import dev.kumiai.protocol.run.TrainingSpec.GeneratedOrder;
import dev.kumiai.protocol.run.TrainingSpec.TrainsOn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PilotPlanTest {

  private static final Amount BEST = new Amount(null, 2.0, Guidance.MIXED, 0.5);

  static RunSpec run() {
    return new RunSpec(
        "template",
        0,
        new DataSpec("castings", List.of("crack", "pit"), 32, 3, 0.05),
        new ModelSpec(ModelSpec.Architecture.CNN, null, null),
        List.of(),
        3,
        TrainingSpec.DEFAULT.withGenerated(
            GeneratedOrder.GENERATED_FIRST, TrainsOn.PRIVATE_AND_GENERATED),
        new StrategySpec(StrategySpec.Name.FEDAVG, StrategySpec.Weighting.PRIVATE, Map.of()),
        GenerationSpec.ofTotal(new GeneratorRef.File(Digest.of(new byte[] {1})), 40)
            .withAllocation(GenerationSpec.Allocation.EQUAL),
        RoundSpec.DEFAULT,
        new EvaluationSpec(List.of(new SiteId("somebody")), "castings-test", 1, null),
        null);
  }

  private static PilotSpec spec(@Nullable Sweep sweep, Arm... arms) {
    List<Repetition> repetitions = new ArrayList<>();
    for (int i = 1; i <= 2; i++) {
      repetitions.add(
          new Repetition(
              i, List.of(new SiteId("s" + i)), List.of(new SiteId("e" + i)), null, null));
    }
    return new PilotSpec("p", run(), List.of(arms), repetitions, sweep, "images", 0.01, true);
  }

  private static List<PlannedRun> all(PilotSpec spec) {
    PilotPlan plan = new PilotPlan(spec);
    List<PlannedRun> runs = new ArrayList<>();
    for (int number = 0; number < plan.size(); number++) {
      runs.add(plan.run(number, () -> BEST));
    }
    return runs;
  }

  @Test
  void triesEveryAmountBeforeTheControlsThatGoByTheBest() {
    Sweep sweep =
        new Sweep(
            List.of(0.5, 1.0),
            List.of(
                new Sweep.Steering(Guidance.PROMPT, null), new Sweep.Steering(Guidance.MIXED, 0.5)),
            null);

    List<PlannedRun> runs = all(spec(sweep, Arm.IID, Arm.CLASSICAL, Arm.GENERATION, Arm.NONE));

    assertThat(runs).hasSize(14);
    assertThat(runs.subList(0, 5))
        .extracting(PlannedRun::amount)
        .containsExactly(
            null,
            new Amount(null, 0.5, Guidance.PROMPT, 1),
            new Amount(null, 0.5, Guidance.MIXED, 0.5),
            new Amount(null, 1.0, Guidance.PROMPT, 1),
            new Amount(null, 1.0, Guidance.MIXED, 0.5));
    assertThat(runs.subList(0, 10))
        .extracting(PlannedRun::repetition)
        .containsExactly(0, 0, 0, 0, 0, 1, 1, 1, 1, 1);
    assertThat(runs.subList(10, 14))
        .containsExactly(
            new PlannedRun(10, 0, Arm.IID, null),
            new PlannedRun(11, 0, Arm.CLASSICAL, BEST),
            new PlannedRun(12, 1, Arm.IID, null),
            new PlannedRun(13, 1, Arm.CLASSICAL, BEST));
  }

  @Test
  void repetitionsThatDoNotChooseGoOnWithTheBest() {
    Sweep sweep = new Sweep(List.of(0.5, 1.0), List.of(), 1);

    List<PlannedRun> runs = all(spec(sweep, Arm.NONE, Arm.GENERATION, Arm.CLASSICAL));

    assertThat(runs)
        .containsExactly(
            new PlannedRun(0, 0, Arm.NONE, null),
            new PlannedRun(1, 0, Arm.GENERATION, new Amount(null, 0.5, Guidance.PROMPT, 1)),
            new PlannedRun(2, 0, Arm.GENERATION, new Amount(null, 1.0, Guidance.PROMPT, 1)),
            new PlannedRun(3, 1, Arm.NONE, null),
            new PlannedRun(4, 1, Arm.GENERATION, BEST),
            new PlannedRun(5, 0, Arm.CLASSICAL, BEST),
            new PlannedRun(6, 1, Arm.CLASSICAL, BEST));
  }

  @Test
  void withoutASweepTriesWhatTheRunSays() {
    assertThat(all(spec(null, Arm.NONE, Arm.GENERATION)).get(1).amount())
        .isEqualTo(new Amount(40, null, Guidance.PROMPT, 1));
  }

  @Test
  void armsOfOneRepetitionDifferInWhatTheyAddAndTrainOnAlone() {
    PilotSpec spec = spec(null, Arm.values());
    RunSpec none = ArmSpecs.of(spec, new PlannedRun(0, 1, Arm.NONE, null));

    assertThat(none.seed()).isEqualTo(2);
    assertThat(none.sites()).containsExactly(new SiteId("s2"));
    assertThat(Objects.requireNonNull(none.evaluation()).sites()).containsExactly(new SiteId("e2"));
    for (PlannedRun planned : all(spec)) {
      if (planned.repetition() == 1) {
        assertThat(ArmSpecs.of(spec, planned))
            .usingRecursiveComparison()
            .ignoringFields(
                "name",
                "generation",
                "data.dataset",
                "training.trainsOn",
                "training.generatedOrder",
                "strategy.weighting")
            .isEqualTo(none);
      }
    }
  }

  @Test
  void everyArmIsCarriedOutAsTheTemplateSays() {
    RunSpec jobs = run().withExecutor(RunSpec.Executor.JOBS);
    PilotSpec spec =
        new PilotSpec(
            "p",
            jobs,
            List.of(Arm.values()),
            spec(null, Arm.NONE).repetitions(),
            null,
            "images",
            0.01,
            true);

    assertThat(all(spec))
        .extracting(planned -> ArmSpecs.of(spec, planned))
        .allSatisfy(
            arm -> {
              assertThat(arm.executor()).isEqualTo(RunSpec.Executor.JOBS);
              assertThat(arm.withSites(List.of()).executor()).isEqualTo(RunSpec.Executor.JOBS);
            });
  }

  @Test
  void controlsAddAsMuchSharedOutAlike() {
    PilotSpec spec = spec(null, Arm.values());

    for (Arm arm : List.of(Arm.CLASSICAL, Arm.PUBLIC, Arm.PUBLIC_ONLY, Arm.SHUFFLED_LABELS)) {
      GenerationSpec added =
          Objects.requireNonNull(ArmSpecs.of(spec, new PlannedRun(0, 0, arm, BEST)).generation());
      assertThat(added.multiple()).isEqualTo(2.0);
      assertThat(added.totalSamples()).isNull();
      assertThat(added.allocation()).isEqualTo(GenerationSpec.Allocation.EQUAL);
    }
    GenerationSpec shuffled =
        Objects.requireNonNull(
            ArmSpecs.of(spec, new PlannedRun(0, 0, Arm.SHUFFLED_LABELS, BEST)).generation());
    assertThat(shuffled)
        .isEqualTo(ArmSpecs.of(spec, new PlannedRun(0, 0, Arm.GENERATION, BEST)).generation());
  }

  @Test
  void whatTrainsOnGeneratedSamplesAloneCountsThemAndHasNoOrder() {
    RunSpec only =
        ArmSpecs.of(spec(null, Arm.values()), new PlannedRun(0, 0, Arm.GENERATED_ONLY, BEST));

    assertThat(only.training().trainsOn()).isEqualTo(TrainsOn.GENERATED_ONLY);
    assertThat(only.training().generatedOrder()).isEqualTo(GeneratedOrder.MIXED);
    assertThat(only.strategy().weighting()).isEqualTo(StrategySpec.Weighting.ALL);
  }
}
