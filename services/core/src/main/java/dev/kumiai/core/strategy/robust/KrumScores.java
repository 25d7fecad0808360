package dev.kumiai.core.strategy.robust;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// How far each update is from those around it: the sum of its squared distances from its nearest
/// others. Of equal scores the one of the site that comes first is the lower.
final class KrumScores {

  private final PairwiseDistances distances;
  private final List<List<Integer>> nearest;

  KrumScores(PairwiseDistances distances) {
    this.distances = distances;
    this.nearest =
        IntStream.range(0, distances.updates()).mapToObj(one -> nearest(one, distances)).toList();
  }

  private static List<Integer> nearest(int one, PairwiseDistances distances) {
    return IntStream.range(0, distances.updates())
        .filter(other -> other != one)
        .boxed()
        .sorted(Comparator.comparingDouble(other -> distances.squared(one, other)))
        .toList();
  }

  /// The updates with the lowest scores, best first.
  ///
  /// @param neighbours how many others count
  List<Integer> best(int count, int neighbours) {
    boolean[] present = allPresent();
    double[] scores =
        IntStream.range(0, present.length)
            .mapToDouble(update -> score(update, present, neighbours))
            .toArray();
    return IntStream.range(0, scores.length)
        .boxed()
        .sorted(Comparator.comparingDouble(update -> scores[update]))
        .limit(count)
        .toList();
  }

  /// Takes the best update away again and again, each time by its distances from those left.
  ///
  /// @param outliers of m that are left the m - outliers - 2 nearest others count, and at least two
  List<Integer> bestOneByOne(int count, int outliers) {
    boolean[] present = allPresent();
    List<Integer> chosen = new ArrayList<>();
    for (int left = present.length; chosen.size() < count; left--) {
      int neighbours = Math.max(2, left - outliers - 2);
      int best = -1;
      double lowest = 0;
      for (int update = 0; update < present.length; update++) {
        if (present[update]) {
          double score = score(update, present, neighbours);
          if (best < 0 || score < lowest) {
            best = update;
            lowest = score;
          }
        }
      }
      present[best] = false;
      chosen.add(best);
    }
    return chosen;
  }

  private boolean[] allPresent() {
    boolean[] present = new boolean[distances.updates()];
    Arrays.fill(present, true);
    return present;
  }

  private double score(int update, boolean[] present, int neighbours) {
    double sum = 0;
    int counted = 0;
    for (int other : nearest.get(update)) {
      if (counted == neighbours) {
        break;
      }
      if (present[other]) {
        sum += distances.squared(update, other);
        counted++;
      }
    }
    return sum;
  }
}
