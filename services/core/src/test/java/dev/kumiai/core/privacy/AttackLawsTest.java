package dev.kumiai.core.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kumiai.core.privacy.LikelihoodRatioAttack.Deviation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Scale;

/// What holds for all scores.
class AttackLawsTest {

  private static final String SEED = "20231210";

  /// Few different values, so that there are ties within and between the sides.
  @Provide
  Arbitrary<double[]> scores() {
    return Arbitraries.integers()
        .between(-6, 6)
        .map(Integer::doubleValue)
        .list()
        .ofMinSize(1)
        .ofMaxSize(150)
        .map(list -> list.stream().mapToDouble(Double::doubleValue).toArray());
  }

  @Property(seed = SEED)
  void ratesLieWhereRatesLie(@ForAll("scores") double[] in, @ForAll("scores") double[] out) {
    AttackResult result = AttackResult.ofScores(in, out);

    assertThat(result.auc()).isBetween(0.0, 1.0);
    assertThat(result.bestAdvantage()).isBetween(0.0, 1.0);
    assertThat(result.advantage()).isBetween(-1.0, result.bestAdvantage() + 1e-12);
    if (out.length < AttackResult.LEAST_NON_MEMBERS) {
      assertThat(result.tprAt1PercentFpr()).isNull();
    } else {
      assertThat(result.tprAt1PercentFpr()).isBetween(0.0, result.bestAdvantage() + 0.01 + 1e-12);
    }
  }

  @Property(seed = SEED)
  void theAreaIsTheChanceThatAMemberScoresHigher(
      @ForAll("scores") double[] in, @ForAll("scores") double[] out) {
    double wins = 0;
    for (double member : in) {
      for (double other : out) {
        wins += member > other ? 1 : member == other ? 0.5 : 0;
      }
    }

    assertThat(AttackResult.ofScores(in, out).auc())
        .isCloseTo(wins / in.length / out.length, within(1e-12));
  }

  @Property(seed = SEED)
  void whatGrowsWithTheScoreAttacksAsWell(
      @ForAll("scores") double[] in, @ForAll("scores") double[] out) {
    AttackResult plain = AttackResult.ofScores(in, out);
    AttackResult mapped = AttackResult.ofScores(grown(in), grown(out));

    assertThat(mapped.auc()).isEqualTo(plain.auc());
    assertThat(mapped.bestAdvantage()).isEqualTo(plain.bestAdvantage());
    assertThat(mapped.tprAt1PercentFpr()).isEqualTo(plain.tprAt1PercentFpr());
  }

  /// So that "beyond three deviations" can be said of an area.
  @Example
  void areasOfGuessersDeviateAsIsSaid() {
    Random random = new Random(5);
    double squares = 0;
    int trials = 4_000;
    double error = 0;
    for (int t = 0; t < trials; t++) {
      AttackResult guessed = AttackResult.ofScores(guesses(random, 40), guesses(random, 25));
      squares += Math.pow(guessed.auc() - 0.5, 2);
      error = guessed.aucErrorOfGuessing();
    }

    assertThat(Math.sqrt(squares / trials)).isCloseTo(error, within(0.03 * error));
  }

  private static double[] guesses(Random random, int count) {
    return random.doubles(count).toArray();
  }

  @Example
  void theMeanOfResultsIsThatOfEachNumber() {
    AttackResult low = new AttackResult(10, 100, 0, 0.1, 0.4, 0.01);
    AttackResult high = new AttackResult(10, 100, 0.5, 0.2, 0.6, 0.03);

    assertThat(AttackResult.mean(List.of(low, high)))
        .isEqualTo(new AttackResult(10, 100, 0.25, (0.1 + 0.2) / 2, 0.5, 0.02));
    AttackResult few = new AttackResult(10, 20, 0, 0.1, 0.4, null);
    assertThat(AttackResult.mean(List.of(few, few))).isEqualTo(few);
  }

  private static double[] grown(double[] scores) {
    return Arrays.stream(scores).map(score -> Math.exp(score) + score).toArray();
  }

  @Property(seed = SEED)
  void lossesThatDoNotOverlapAreToldApart(@ForAll @DoubleRange(min = 0.1, max = 9) double gap) {
    double[] members = new double[100];
    double[] others = new double[100];
    Arrays.fill(others, gap);

    assertThat(AttackResult.ofLosses(members, others))
        .isEqualTo(new AttackResult(100, 100, 1, 1, 1, 1.0));
    assertThat(AttackResult.ofLosses(members, members.clone()).auc()).isEqualTo(0.5);
  }

  @Property(seed = SEED)
  void scaledConfidenceIsTheLogitOfTheProbability(
      @ForAll @DoubleRange(min = 1e-6, max = 1 - 1e-6) @Scale(6) double probability) {
    assertThat(LikelihoodRatioAttack.scaledConfidence(-Math.log(probability)))
        .isCloseTo(Math.log(probability / (1 - probability)), within(1e-8));
  }

  @Example
  void scaledConfidenceIsFiniteAtBothEnds() {
    assertThat(LikelihoodRatioAttack.scaledConfidence(0)).isFinite().isGreaterThan(100);
    assertThat(LikelihoodRatioAttack.scaledConfidence(800)).isCloseTo(-800, within(1e-9));
    assertThat(LikelihoodRatioAttack.scaledConfidence(Double.POSITIVE_INFINITY)).isFinite();
    assertThatThrownBy(() -> LikelihoodRatioAttack.scaledConfidence(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /// Samples differ much more from each other than being trained on makes a difference: the loss
  /// alone finds nobody, the ratio does.
  @Example
  void theRatioFindsMembersThatTheLossDoesNot() {
    Random random = new Random(5);
    int samples = 400;
    double[] hardness = random.doubles(samples, -8, 8).toArray();
    boolean[] member = new boolean[samples];
    for (int i = 0; i < samples; i++) {
      member[i] = i % 2 == 0;
    }
    List<double[]> losses = new ArrayList<>();
    List<boolean[]> trainedOn = new ArrayList<>();
    for (int m = 0; m < 32; m++) {
      boolean[] in = new boolean[samples];
      for (int i = 0; i < samples; i++) {
        in[i] = (m + i) % 2 == 0;
      }
      trainedOn.add(in);
      losses.add(losses(hardness, in, random));
    }
    double[] attacked = losses(hardness, member, random);
    ShadowLosses shadows = new ShadowLosses(losses, trainedOn);

    AttackResult byLoss = AttackResult.ofLosses(of(attacked, true), of(attacked, false));
    double[] online = LikelihoodRatioAttack.online(attacked, shadows, Deviation.SHARED);
    double[] offline = LikelihoodRatioAttack.offline(attacked, shadows, Deviation.PER_SAMPLE);

    assertThat(byLoss.auc()).isLessThan(0.62);
    assertThat(AttackResult.ofScores(of(online, true), of(online, false)).auc())
        .isGreaterThan(0.95);
    assertThat(AttackResult.ofScores(of(offline, true), of(offline, false)).auc())
        .isGreaterThan(0.95);
  }

  /// Of models whose scaled confidence is 1.5 higher for members, give or take 0.5.
  private static double[] losses(double[] hardness, boolean[] in, Random random) {
    double[] losses = new double[in.length];
    for (int i = 0; i < losses.length; i++) {
      double confidence = hardness[i] + (in[i] ? 1.5 : 0) + random.nextGaussian() * 0.5;
      losses[i] = Math.log1p(Math.exp(-confidence));
    }
    return losses;
  }

  private static double[] of(double[] scores, boolean even) {
    double[] half = new double[scores.length / 2];
    for (int i = 0; i < half.length; i++) {
      half[i] = scores[2 * i + (even ? 0 : 1)];
    }
    return half;
  }

  @Example
  void oneShadowModelIsNotEnough() {
    ShadowLosses one = new ShadowLosses(List.of(new double[] {1}), List.of(new boolean[] {false}));

    assertThatThrownBy(
            () -> LikelihoodRatioAttack.offline(new double[] {1}, one, Deviation.PER_SAMPLE))
        .hasMessageContaining("the losses of 1 shadow models of one kind, not 2");
  }
}
