package dev.kumiai.aggregation.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Digest;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.prompt.PromptCatalogue.Mode;
import dev.kumiai.protocol.run.DataSpec;
import dev.kumiai.protocol.run.FilterSpec;
import dev.kumiai.protocol.run.GenerationSpec;
import dev.kumiai.protocol.run.GenerationSpec.Allocation;
import dev.kumiai.protocol.run.GenerationSpec.Guidance;
import dev.kumiai.protocol.run.GeneratorRef;
import dev.kumiai.protocol.run.ModelSpec;
import dev.kumiai.protocol.run.PromptSpec;
import dev.kumiai.protocol.run.RoundSpec;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.run.TrainingSpec;
import dev.kumiai.protocol.run.TrainingSpec.GeneratedOrder;
import dev.kumiai.protocol.run.TrainingSpec.TrainsOn;
import dev.kumiai.protocol.site.DatasetCounts;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GenerationPlanTest {

  private static final SiteId A = new SiteId("a");
  private static final SiteId B = new SiteId("b");
  private static final DataSpec DATA = new DataSpec("d", List.of("x", "y"), 32, 3, 0.05);

  private static final GeneratorRef GENERATOR = new GeneratorRef.File(Digest.of(new byte[] {1}));

  private static GenerationSpec generation(Allocation allocation, int total, double scale) {
    return GenerationSpec.ofTotal(GENERATOR, total)
        .withAllocation(allocation)
        .withSampling(scale, 25);
  }

  private static RunSpec spec(long seed, DataSpec data, @Nullable GenerationSpec generation) {
    return new RunSpec(
        "n",
        seed,
        data,
        new ModelSpec(ModelSpec.Architecture.CNN, null, null),
        List.of(B, A),
        1,
        TrainingSpec.DEFAULT,
        StrategySpec.DEFAULT,
        generation,
        RoundSpec.DEFAULT,
        null,
        null);
  }

  private static SortedMap<SiteId, DatasetCounts> counts(int ax, int ay, int bx, int by) {
    return new TreeMap<>(
        Map.of(
            A, new DatasetCounts("d", Map.of("x", ax, "y", ay), 0),
            B, new DatasetCounts("d", Map.of("x", bx, "y", by), 0)));
  }

  private static Participant site(RunSpec spec, SortedMap<SiteId, DatasetCounts> counts, int at) {
    return GenerationPlan.participants(spec, counts).get(at);
  }

  private static final RunSpec PLAIN = spec(7, DATA, generation(Allocation.DEFICIT, 10, 2));

  /// As many as any other generator makes there, or it would be no fair control.
  @Test
  void augmentationMakesAsManyOfTheClassesThatASiteHolds() {
    GenerationSpec classical =
        GenerationSpec.ofTotal(new GeneratorRef.Classical(), 40).withAllocation(Allocation.DEFICIT);
    SortedMap<SiteId, DatasetCounts> counts = counts(10, 0, 10, 20);

    assertThat(GenerationPlan.participants(spec(7, DATA, classical), counts))
        .extracting(Participant::budget)
        .containsExactly(Map.of("x", 30), Map.of("x", 10));
  }

  @ParameterizedTest
  @EnumSource
  void budgetsSumToTheTotal(Allocation allocation) {
    RunSpec spec = spec(7, DATA, generation(allocation, 101, 2));

    List<Participant> participants = GenerationPlan.participants(spec, counts(5, 0, 90, 3));

    assertThat(participants).extracting(Participant::site).containsExactly(A, B);
    assertThat(
            participants.stream()
                .flatMap(site -> site.budget().values().stream())
                .mapToInt(Integer::intValue)
                .sum())
        .isEqualTo(101);
  }

  @Test
  void siteThatGeneratesNothingHasNoPlan() {
    Participant rich = site(PLAIN, counts(0, 0, 50, 50), 1);

    assertThat(rich.budget()).isEmpty();
    assertThat(rich.plan()).isNull();
  }

  @Test
  void baselineHasNoPlans() {
    assertThat(GenerationPlan.participants(spec(7, DATA, null), counts(0, 1, 2, 3)))
        .allSatisfy(site -> assertThat(site.plan()).isNull());
  }

  /// A finished set is reused when a later run, perhaps of a later release, asks for the same plan.
  /// The digest was computed by Python from the same inputs.
  @Test
  void planOfEqualInputsIsTheSameInEveryRelease() {
    assertThat(site(PLAIN, counts(3, 0, 0, 4), 0).plan())
        .isEqualTo(site(PLAIN, counts(3, 0, 0, 4), 0).plan())
        .hasToString("sha256:9dfcd21f3cb2164a007af1ed31cfdd8e4f73fa614f92bfcd5974a85e105a6128");
  }

  @Test
  void planFollowsFromEverythingTheSetFollowsFrom() {
    SortedMap<SiteId, DatasetCounts> counts = counts(0, 0, 0, 0);
    DataSpec larger = new DataSpec("d", List.of("x", "y"), 64, 3, 0.05);

    assertThat(
            List.of(
                plan(PLAIN, counts, 0),
                plan(PLAIN, counts, 1),
                plan(spec(8, DATA, generation(Allocation.DEFICIT, 10, 2)), counts, 0),
                plan(spec(7, larger, generation(Allocation.DEFICIT, 10, 2)), counts, 0),
                plan(spec(7, DATA, generation(Allocation.DEFICIT, 10, 3)), counts, 0),
                plan(spec(7, DATA, generation(Allocation.DEFICIT, 20, 2)), counts, 0),
                plan(PLAIN, counts(0, 2, 0, 0), 0)))
        .doesNotHaveDuplicates();
  }

  @Test
  void planFollowsFromPromptsGuidanceGeneratorAndFilters() {
    SortedMap<SiteId, DatasetCounts> counts = counts(0, 0, 0, 0);
    GenerationSpec usual = generation(Allocation.DEFICIT, 10, 2);
    PromptSpec prompts =
        new PromptSpec(Mode.SINGLE, List.of("a {class}"), Map.of(), Map.of(), null, null);
    PromptSpec others =
        new PromptSpec(Mode.SINGLE, List.of("one {class}"), Map.of(), Map.of(), null, null);

    assertThat(
            Stream.of(
                    usual,
                    usual.withPrompts(prompts),
                    usual.withPrompts(others),
                    usual.withGuidance(Guidance.MIXED, 0.5),
                    usual.withGuidance(Guidance.MIXED, 0.6),
                    usual.withGuidance(Guidance.REAL, 0.5),
                    usual.withFilters(FilterSpec.DEFAULT.withNearCopies(false)),
                    GenerationSpec.ofTotal(new GeneratorRef.Public("textures"), 10))
                .map(generation -> plan(spec(7, DATA, generation), counts, 0)))
        .doesNotHaveDuplicates();
  }

  @Test
  void setIsReusedHoweverItIsUsedAndHoweverItsBudgetCameAbout() {
    SortedMap<SiteId, DatasetCounts> counts = counts(4, 0, 0, 4);
    RunSpec other =
        PLAIN.withTraining(
            TrainingSpec.DEFAULT.withGenerated(
                GeneratedOrder.GENERATED_LAST, TrainsOn.SHUFFLED_LABELS));
    GenerationSpec byMultiple = GenerationSpec.ofMultiple(GENERATOR, 1.25).withSampling(2, 25);
    GenerationSpec equal = generation(Allocation.EQUAL, 4, 2);
    GenerationSpec inverse = generation(Allocation.INVERSE, 4, 2);

    assertThat(plan(other, counts, 0)).isEqualTo(plan(PLAIN, counts, 0));
    assertThat(plan(spec(7, DATA, byMultiple), counts, 0)).isEqualTo(plan(PLAIN, counts, 0));
    assertThat(plan(spec(7, DATA, inverse), counts, 0))
        .isEqualTo(plan(spec(7, DATA, equal), counts, 0));
  }

  private static Digest plan(RunSpec spec, SortedMap<SiteId, DatasetCounts> counts, int at) {
    Digest plan = site(spec, counts, at).plan();
    assertThat(plan).isNotNull();
    return java.util.Objects.requireNonNull(plan);
  }
}
