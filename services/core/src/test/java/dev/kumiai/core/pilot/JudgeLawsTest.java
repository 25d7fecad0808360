package dev.kumiai.core.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// What holds for all evidence.
class JudgeLawsTest {

  private static final String SEED = "20260301";

  /// Accuracies of an arm whose seeds vary as much as runs do, around a mean.
  private static ArmResults noisy(Random random, int seeds, double mean, double[] ofSeed) {
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < seeds; i++) {
      double accuracy = Math.clamp(mean + ofSeed[i] + 0.02 * random.nextGaussian(), 0.0, 1.0);
      outcomes.add(
          new Outcome(i, accuracy, accuracy / 2, accuracy / 2, new TreeMap<>(Map.of(1, accuracy))));
    }
    return new ArmResults(outcomes);
  }

  private static double[] ofSeeds(Random random, int seeds) {
    return random.doubles(seeds, -0.1, 0.1).toArray();
  }

  private static Verdict judge(ArmResults generation, Map<Arm, ArmResults> arms) {
    LinkedHashMap<String, ArmResults> candidates = new LinkedHashMap<>();
    candidates.put("1 x", generation);
    return Judge.judge(new Evidence(candidates, arms, 0.1, 100), PilotRules.DEFAULT);
  }

  @Property(seed = SEED)
  void identicalArmsAreNeverGo(@ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int seeds) {
    Random random = new Random(seed);
    ArmResults same = noisy(random, seeds, 0.6, ofSeeds(random, seeds));
    Map<Arm, ArmResults> arms = new EnumMap<>(Arm.class);
    for (Arm arm : Arm.values()) {
      arms.put(arm, same);
    }

    Verdict verdict = judge(same, arms);

    assertThat(verdict).isNotInstanceOf(Verdict.Go.class);
    if (seeds >= 2) {
      assertThat(verdict).isInstanceOf(Verdict.NoGo.class);
    }
  }

  @Property(seed = SEED)
  void aControlThatIsGenerationItselfIsNeverGoHoweverLargeTheGain(
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 12) int seeds,
      @ForAll @DoubleRange(min = 0, max = 0.3) double gain) {
    Random random = new Random(seed);
    double[] ofSeed = ofSeeds(random, seeds);
    ArmResults generation = noisy(random, seeds, 0.5 + gain, ofSeed);

    for (Arm control : List.of(Arm.CLASSICAL, Arm.SHUFFLED_LABELS)) {
      Map<Arm, ArmResults> arms = new EnumMap<>(Arm.class);
      arms.put(Arm.NONE, noisy(random, seeds, 0.5, ofSeed));
      arms.put(Arm.CLASSICAL, noisy(random, seeds, 0.5, ofSeed));
      arms.put(Arm.SHUFFLED_LABELS, noisy(random, seeds, 0.5, ofSeed));
      arms.put(control, generation);

      assertThat(judge(generation, arms)).isInstanceOf(Verdict.NoGo.class);
    }
  }

  @Property(seed = SEED)
  void differencesTurnAroundWithTheArms(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 12) int seeds) {
    Random random = new Random(seed);
    double[] ofSeed = ofSeeds(random, seeds);
    ArmResults one = noisy(random, seeds, 0.6, ofSeed);
    ArmResults other = noisy(random, seeds, 0.5, ofSeed);

    Interval there = one.less(other, Outcome::accuracy, 0.95).orElseThrow();
    Interval back = other.less(one, Outcome::accuracy, 0.95).orElseThrow();

    assertThat(back.mean()).isEqualTo(-there.mean());
    assertThat(back.lower()).isEqualTo(-there.upper());
    assertThat(back.deviation()).isEqualTo(there.deviation());
  }

  @Property(seed = SEED)
  void whatIsNotPairedDoesNotCount(
      @ForAll long seed, @ForAll @IntRange(min = 3, max = 10) int seeds) {
    Random random = new Random(seed);
    double[] ofSeed = ofSeeds(random, seeds);
    ArmResults one = noisy(random, seeds, 0.6, ofSeed);
    ArmResults other = noisy(random, seeds, 0.5, ofSeed);
    ArmResults failedOnce = new ArmResults(one.outcomes().subList(1, seeds));

    assertThat(failedOnce.less(other, Outcome::accuracy, 0.95))
        .isEqualTo(
            failedOnce.less(
                new ArmResults(other.outcomes().subList(1, seeds)), Outcome::accuracy, 0.95));
  }

  @Property(seed = SEED)
  void everyReasonIsASentence(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 6) int seeds,
      @ForAll @DoubleRange(min = -0.2, max = 0.2) double gain) {
    Random random = new Random(seed);
    double[] ofSeed = ofSeeds(random, seeds);
    Map<Arm, ArmResults> arms = new EnumMap<>(Arm.class);
    for (Arm arm : Arm.values()) {
      arms.put(arm, noisy(random, seeds, 0.5 + 0.1 * random.nextGaussian(), ofSeed));
    }

    Verdict verdict = judge(noisy(random, seeds, 0.5 + gain, ofSeed), arms);

    assertThat(verdict.reasons())
        .isNotEmpty()
        .allSatisfy(
            reason ->
                assertThat(reason)
                    .matches("[A-Z].*\\.")
                    .doesNotContain("NaN", "Infinity", "null", "-0.0"));
  }

  /// The negative control: where generation changes nothing, chance alone makes it GO at most as
  /// often as the interval allows, and the controls make it rarer still.
  @Test
  void chanceAloneIsHardlyEverGo() {
    Random random = new Random(20260301);
    int pilots = 2_000;
    int go = 0;
    for (int i = 0; i < pilots; i++) {
      double[] ofSeed = ofSeeds(random, 5);
      Map<Arm, ArmResults> arms = new EnumMap<>(Arm.class);
      for (Arm arm : List.of(Arm.NONE, Arm.CLASSICAL, Arm.SHUFFLED_LABELS)) {
        arms.put(arm, noisy(random, 5, 0.6, ofSeed));
      }
      if (judge(noisy(random, 5, 0.6, ofSeed), arms) instanceof Verdict.Go) {
        go++;
      }
    }

    assertThat((double) go / pilots).isLessThan(0.01);
  }
}
