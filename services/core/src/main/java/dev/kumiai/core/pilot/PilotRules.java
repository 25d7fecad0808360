package dev.kumiai.core.pilot;

import dev.kumiai.core.KumiaiException;

/// What a verdict goes by.
///
/// @param minimumGain accuracy, 0 to 1, that generation has to add to be worth its trouble
/// @param confidence of the intervals, above 0 and below 1
/// @param power probability with which the seeds that are asked for settle the question
/// @param leastPairs seeds without which nothing is GO: few seeds may agree by chance
/// @param fixedRounds the rounds are all that the user can afford, so that what would come of more
///   of them does not matter
public record PilotRules(
    double minimumGain, double confidence, double power, int leastPairs, boolean fixedRounds) {

  /// A point of accuracy, at 95 %, with a power of 80 %, over 3 seeds or more.
  public static final PilotRules DEFAULT = new PilotRules(0.01, 0.95, 0.8, 3, true);

  public PilotRules {
    if (!(minimumGain >= 0 && minimumGain < 1)
        || !(confidence > 0 && confidence < 1)
        || !(power > 0 && power < 1)
        || leastPairs < 2) {
      throw new KumiaiException.Invalid(
          "pilot-rules-invalid",
          "a verdict goes by a minimum gain from 0 to 1, a confidence and a power between 0 and 1 and 2 or more seeds");
    }
  }

  /// The confidence of each of several intervals such that all of them hold with this one
  /// (Bonferroni): the best of several settings was chosen by the same runs that it is judged by.
  public double confidenceAmong(int choices) {
    return 1 - (1 - confidence) / Math.max(1, choices);
  }
}
