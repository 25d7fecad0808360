package dev.kumiai.core.privacy;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// How well an attacker tells samples that a model was trained on (members) from others of the same
/// distribution, by one score for each sample. No success proves nothing: a better attack may
/// exist.
///
/// @param members how many members it was tried on
/// @param nonMembers how many others
/// @param advantage true minus false positive rate of the attacker's own threshold, who knows the
///   members' mean; 0 is guessing, 1 is knowing (Yeom et al. 2018, arXiv 1709.01604)
/// @param bestAdvantage the same for the best of all thresholds, which no attacker can know
///   beforehand: an upper bound for this score, and above 0 by chance alone
/// @param auc probability that a random member scores higher than a random other, ties half
/// @param tprAt1PercentFpr the largest true positive rate at a false positive rate of at most 1 %,
///   as Carlini et al. 2022 (arXiv 2112.03570) want attacks to be told: an attack that is sure of a
///   few people is worse than one that knows a little about everybody. Null below
///   [#LEAST_NON_MEMBERS] others, where 1 % is less than one of them
public record AttackResult(
    int members,
    int nonMembers,
    double advantage,
    double bestAdvantage,
    double auc,
    @Nullable Double tprAt1PercentFpr) {

  public static final int LEAST_NON_MEMBERS = 100;

  private static final double LOW = 0.01;

  /// By the losses of the attacked model: members have the lower ones. The threshold is their mean
  /// loss, which whoever published the model may have published with it.
  public static AttackResult ofLosses(double[] members, double[] nonMembers) {
    return ofScores(negated(members), negated(nonMembers));
  }

  /// How far [#auc] of somebody who guesses is from a half, one deviation: `sqrt((m + n + 1) / (12
  /// m n))` with m members and n others, of the statistic of Mann and Whitney (1947) without ties.
  public double aucErrorOfGuessing() {
    return Math.sqrt((members + nonMembers + 1.0) / (12.0 * members * nonMembers));
  }

  /// What several models gave on the same samples, in the middle.
  ///
  /// @param results at least one, all of as many members and others
  public static AttackResult mean(List<AttackResult> results) {
    AttackResult first = results.getFirst();
    return new AttackResult(
        first.members,
        first.nonMembers,
        mean(results, AttackResult::advantage),
        mean(results, AttackResult::bestAdvantage),
        mean(results, AttackResult::auc),
        first.tprAt1PercentFpr == null
            ? null
            : mean(results, result -> requireNonNull(result.tprAt1PercentFpr)));
  }

  private static double mean(List<AttackResult> results, ToDoubleFunction<AttackResult> number) {
    return results.stream().mapToDouble(number).average().orElseThrow();
  }

  /// By any score that is higher for members.
  ///
  /// @throws IllegalArgumentException when one side is empty or a score is NaN
  public static AttackResult ofScores(double[] members, double[] nonMembers) {
    requireComparable(members);
    requireComparable(nonMembers);
    double threshold = Arrays.stream(members).average().orElseThrow();
    double[] in = sorted(members);
    double[] out = sorted(nonMembers);
    Roc roc = Roc.of(in, out);
    return new AttackResult(
        in.length,
        out.length,
        shareFrom(in, threshold) - shareFrom(out, threshold),
        roc.bestAdvantage(),
        roc.auc(),
        out.length < LEAST_NON_MEMBERS ? null : roc.tprAt(LOW));
  }

  private static double shareFrom(double[] sorted, double threshold) {
    return Arrays.stream(sorted).filter(score -> score >= threshold).count()
        / (double) sorted.length;
  }

  private static double[] sorted(double[] scores) {
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    return sorted;
  }

  private static double[] negated(double[] losses) {
    return Arrays.stream(losses).map(loss -> -loss).toArray();
  }

  private static void requireComparable(double[] scores) {
    if (scores.length == 0 || Arrays.stream(scores).anyMatch(Double::isNaN)) {
      throw new IllegalArgumentException("an attack takes at least one score on each side, no NaN");
    }
  }
}
