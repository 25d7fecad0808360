package dev.kumiai.aggregation.round;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Ends a run that does not get better.
final class EarlyStop {

  private EarlyStop() {}

  /// Whether the newest measured round lies `patienceRounds` or more behind the first that reached
  /// the highest accuracy.
  static boolean now(List<Round> rounds, @Nullable Integer patienceRounds) {
    if (patienceRounds == null) {
      return false;
    }
    double best = Double.NEGATIVE_INFINITY;
    int bestRound = 0;
    int newest = 0;
    for (Round round : rounds) {
      Double accuracy = round.accuracy();
      if (accuracy != null) {
        newest = round.number();
        if (accuracy > best) {
          best = accuracy;
          bestRound = round.number();
        }
      }
    }
    return newest - bestRound >= patienceRounds;
  }
}
