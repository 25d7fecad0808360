package dev.kumiai.core.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.pilot.Verdict.Go;
import dev.kumiai.core.pilot.Verdict.NoGo;
import dev.kumiai.core.pilot.Verdict.Undecided;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Each rule by itself: evidence that is GO in every respect, changed in one.
class JudgeTest {

  private static final double[] BASELINE = {0.60, 0.55, 0.65, 0.58, 0.62};
  private static final PilotRules RULES = PilotRules.DEFAULT;

  /// Results of an arm: accuracy as given, the class worst off 20 points below, the site 10.
  private static ArmResults arm(double... accuracies) {
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < accuracies.length; i++) {
      outcomes.add(outcome(i, accuracies[i], accuracies[i] - 0.2, accuracies[i] - 0.1, 0));
    }
    return new ArmResults(outcomes);
  }

  private static Outcome outcome(
      int repetition, double accuracy, double worstClass, @Nullable Double worstSite, double rise) {
    SortedMap<Integer, Double> byRound = new TreeMap<>();
    for (int round = 1; round <= 20; round++) {
      byRound.put(round, accuracy - rise * (20 - round) / 20);
    }
    return new Outcome(repetition, accuracy, worstClass, worstSite, byRound);
  }

  /// The baseline with so much added in every seed, and a little that differs between seeds.
  private static double[] plus(double gain) {
    double[] wobble = {0.004, -0.003, 0.002, -0.004, 0.001};
    double[] accuracies = new double[BASELINE.length];
    for (int i = 0; i < accuracies.length; i++) {
      accuracies[i] = BASELINE[i] + gain + wobble[i];
    }
    return accuracies;
  }

  /// Evidence that is GO.
  private static final class Case {
    private final Map<Arm, ArmResults> arms = new EnumMap<>(Arm.class);
    private final LinkedHashMap<String, ArmResults> candidates = new LinkedHashMap<>();
    private PilotRules rules = RULES;
    private int choosing = BASELINE.length;

    Case() {
      candidates.put("1 x", arm(plus(0.08)));
      arms.put(Arm.NONE, arm(BASELINE));
      arms.put(Arm.SHUFFLED_LABELS, arm(plus(-0.02)));
      arms.put(Arm.CLASSICAL, arm(plus(0.01)));
    }

    Case generation(ArmResults results) {
      candidates.put("1 x", results);
      return this;
    }

    Case candidate(String settings, ArmResults results) {
      candidates.put(settings, results);
      return this;
    }

    Case with(Arm arm, ArmResults results) {
      arms.put(arm, results);
      return this;
    }

    Case without(Arm arm) {
      arms.remove(arm);
      return this;
    }

    Case openRounds() {
      rules = new PilotRules(0.01, 0.95, 0.8, 3, false);
      return this;
    }

    Case chosenBy(int repetitions) {
      choosing = repetitions;
      return this;
    }

    Evidence evidence() {
      return new Evidence(candidates, arms, 0.1, choosing);
    }

    Verdict verdict() {
      return Judge.judge(evidence(), rules);
    }
  }

  @Test
  void aClearGainThatBeatsItsControlsIsGo() {
    Verdict verdict = new Case().verdict();

    assertThat(verdict)
        .isInstanceOfSatisfying(Go.class, go -> assertThat(go.settings()).isEqualTo("1 x"));
    assertThat(verdict.reasons().getFirst())
        .startsWith("Generation adds 8.0 points of accuracy on average over 5 seeds");
  }

  @Test
  void aGainBelowWhatMattersIsNoGo() {
    Verdict verdict = new Case().generation(arm(plus(0.001))).verdict();

    assertThat(verdict).isInstanceOf(NoGo.class);
    assertThat(verdict.reasons().getFirst()).contains("does not help enough", "1.0 points");
  }

  @Test
  void aLossIsNoGoAndSaysSo() {
    Verdict verdict = new Case().generation(arm(plus(-0.05))).verdict();

    assertThat(verdict).isInstanceOf(NoGo.class);
    assertThat(verdict.reasons().getFirst()).startsWith("Generation makes the model worse");
  }

  @Test
  void aGainThatSeedsDisagreeOnIsUndecidedAndAsksForMoreOfThem() {
    Verdict verdict = new Case().generation(arm(0.70, 0.54, 0.72, 0.57, 0.70)).verdict();

    assertThat(verdict)
        .isInstanceOfSatisfying(
            Undecided.class, open -> assertThat(open.moreSeeds()).isBetween(1, 30));
    assertThat(verdict.reasons().getFirst()).startsWith("Seeds disagree");
    assertThat(verdict.reasons().getLast()).contains("more seeds");
  }

  @Test
  void shuffledLabelsThatDoAsWellExplainTheGain() {
    Verdict verdict = new Case().with(Arm.SHUFFLED_LABELS, arm(plus(0.079))).verdict();

    assertThat(verdict).isInstanceOf(NoGo.class);
    assertThat(verdict.reasons().getFirst())
        .startsWith("The same generated images with wrong labels do as well");
  }

  @Test
  void simpleCopiesThatDoAsWellExplainTheGain() {
    assertThat(new Case().with(Arm.CLASSICAL, arm(plus(0.078))).verdict()).isInstanceOf(NoGo.class);
  }

  @Test
  void aControlThatIsNeitherBeatenNorAsGoodLeavesItOpen() {
    assertThat(new Case().with(Arm.CLASSICAL, arm(0.75, 0.56, 0.76, 0.60, 0.71)).verdict())
        .isInstanceOfSatisfying(Undecided.class, open -> assertThat(open.moreSeeds()).isPositive());
  }

  @Test
  void withoutItsControlsAGainProvesNothing() {
    for (Arm control : List.of(Arm.CLASSICAL, Arm.SHUFFLED_LABELS)) {
      Verdict verdict = new Case().without(control).verdict();

      assertThat(verdict)
          .isInstanceOfSatisfying(Undecided.class, open -> assertThat(open.moreSeeds()).isZero());
      assertThat(verdict.reasons().getFirst()).contains("run the arm '" + control.text() + "'");
    }
  }

  @Test
  void publicImagesThatDoBetterAreToBeUsedDirectly() {
    for (Arm arm : List.of(Arm.PUBLIC, Arm.PUBLIC_ONLY)) {
      Verdict verdict = new Case().with(arm, arm(plus(0.15))).verdict();

      assertThat(verdict).isInstanceOf(NoGo.class);
      assertThat(verdict.reasons().getFirst()).startsWith("Use the public images directly");
    }
  }

  @Test
  void publicImagesThatDoNoBetterAreToldAndChangeNothing() {
    Verdict verdict = new Case().with(Arm.PUBLIC, arm(0.69, 0.62, 0.74, 0.65, 0.71)).verdict();

    assertThat(verdict).isInstanceOf(Go.class);
    assertThat(verdict.reasons())
        .anySatisfy(reason -> assertThat(reason).contains("not shown to be better"));
  }

  @Test
  void aGainThatTheWorstClassPaysForIsNoGo() {
    List<Outcome> outcomes = new ArrayList<>();
    double[] accuracies = plus(0.08);
    for (int i = 0; i < accuracies.length; i++) {
      outcomes.add(outcome(i, accuracies[i], BASELINE[i] - 0.4 - 0.001 * i, null, 0));
    }

    Verdict verdict = new Case().generation(new ArmResults(outcomes)).verdict();

    assertThat(verdict).isInstanceOf(NoGo.class);
    assertThat(verdict.reasons().getFirst()).contains("the class that is recognised worst");
  }

  @Test
  void aGainThatTheWorstSitePaysForIsNoGo() {
    List<Outcome> outcomes = new ArrayList<>();
    double[] accuracies = plus(0.08);
    for (int i = 0; i < accuracies.length; i++) {
      outcomes.add(outcome(i, accuracies[i], accuracies[i], BASELINE[i] - 0.3 - 0.001 * i, 0));
    }

    assertThat(new Case().generation(new ArmResults(outcomes)).verdict().reasons().getFirst())
        .contains("the site that fares worst");
  }

  @Test
  void aBaselineThatStillRisesIsToldWhereTheRoundsAreAllThereAre() {
    Verdict verdict = new Case().with(Arm.NONE, rising()).verdict();

    assertThat(verdict).isInstanceOf(Go.class);
    assertThat(verdict.reasons())
        .anySatisfy(reason -> assertThat(reason).endsWith("with more rounds the gain may vanish."));
  }

  @Test
  void aBaselineThatStillRisesLeavesItOpenWhereThereMayBeMoreRounds() {
    Verdict verdict = new Case().with(Arm.NONE, rising()).openRounds().verdict();

    assertThat(verdict)
        .isInstanceOfSatisfying(Undecided.class, open -> assertThat(open.moreSeeds()).isZero());
    assertThat(verdict.reasons().getFirst()).contains("train for more rounds");
  }

  /// By 30 points over all rounds, 7.5 over the last quarter.
  private static ArmResults rising() {
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < BASELINE.length; i++) {
      outcomes.add(outcome(i, BASELINE[i], BASELINE[i] - 0.2, BASELINE[i] - 0.1, 0.3));
    }
    return new ArmResults(outcomes);
  }

  @Test
  void twoSeedsAreTooFewHoweverMuchTheyAgree() {
    Verdict verdict =
        new Case()
            .with(Arm.NONE, arm(0.6, 0.5))
            .generation(arm(0.7, 0.6))
            .with(Arm.CLASSICAL, arm(0.61, 0.51))
            .with(Arm.SHUFFLED_LABELS, arm(0.58, 0.48))
            .verdict();

    assertThat(verdict)
        .isInstanceOfSatisfying(Undecided.class, open -> assertThat(open.moreSeeds()).isEqualTo(1));
  }

  @Test
  void aBaselineThatLearntNothingIsTold() {
    Verdict verdict = new Case().with(Arm.NONE, arm(0.60, 0.55, 0.11, 0.58, 0.62)).verdict();

    assertThat(verdict).isInstanceOf(Undecided.class);
    assertThat(verdict.reasons())
        .anySatisfy(reason -> assertThat(reason).startsWith("In 1 of 5 seeds"));
  }

  @Test
  void nothingToCompareIsUndecided() {
    assertThat(new Case().without(Arm.NONE).verdict()).isInstanceOf(Undecided.class);
    assertThat(new Case().generation(arm()).verdict()).isInstanceOf(Undecided.class);
  }

  @Test
  void theBestOfSeveralSettingsIsChosenAndItsIntervalIsWidenedForTheChoice() {
    // By itself at least 1.5 points are sure; as the best of six, 0.6 of them.
    double[] barely = {0.639, 0.565, 0.683, 0.601, 0.647};
    Case alone = new Case().generation(arm(barely)).with(Arm.CLASSICAL, arm(plus(-0.03)));
    Case chosen = new Case().generation(arm(barely)).with(Arm.CLASSICAL, arm(plus(-0.03)));
    for (int i = 0; i < 5; i++) {
      chosen.candidate("worse " + i, arm(plus(-0.01 * i)));
    }

    assertThat(alone.verdict()).isInstanceOf(Go.class);
    assertThat(chosen.verdict()).isInstanceOf(Undecided.class);
    assertThat(new Case().candidate("2 x", arm(plus(0.12))).verdict())
        .isInstanceOfSatisfying(Go.class, go -> assertThat(go.settings()).isEqualTo("2 x"));
  }

  /// The seeds after those that chose have run the chosen settings alone: were they to choose, too,
  /// a hard seed would change what was chosen afterwards.
  @Test
  void laterSeedsDoNotChangeWhatWasChosen() {
    Case unlucky =
        new Case().generation(arm(0.75, 0.70, 0.65, 0.58, 0.60)).candidate("2 x", arm(0.74, 0.69));

    assertThat(chosenOf(unlucky.chosenBy(2))).isEqualTo("1 x");
    assertThat(chosenOf(unlucky.chosenBy(5))).isEqualTo("2 x");
  }

  private static String chosenOf(Case aCase) {
    return aCase.evidence().best().orElseThrow();
  }

  @Test
  void theBoundSaysHowMuchOfTheSkewIsMended() {
    assertThat(new Case().with(Arm.IID, arm(plus(0.16))).verdict().reasons())
        .anySatisfy(reason -> assertThat(reason).contains("makes up 50 % of that"));
    assertThat(new Case().with(Arm.IID, arm(plus(0.002))).verdict().reasons())
        .anySatisfy(reason -> assertThat(reason).contains("next to nothing to mend"));
  }
}
