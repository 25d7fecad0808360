package dev.kumiai.generation;

import dev.kumiai.worker.generated.GeneratedSample;
import java.util.List;

/// How far the samples of one class are. What is asked for next follows from this alone, so a set
/// that was interrupted is asked for in the same pieces as one that was not.
///
/// Filters drop samples; others are drawn in their place with the next indices, up to a bound of `2
/// (budget + rejected) + 50`: a generator that makes nothing usable ends, too.
///
/// @param goal samples to take: the budget, and one for each that a person rejected
/// @param drawn samples that were generated
/// @param taken those of them that filters kept, rejected later or not
record ClassDraw(int goal, int drawn, int taken) {

  private static final int DRAWS_PER_SAMPLE = 2;
  private static final int DRAWS_BESIDE = 50;

  /// @param samples of the class
  static ClassDraw of(int budget, List<GeneratedSample> samples) {
    int rejected = 0;
    int taken = 0;
    for (GeneratedSample sample : samples) {
      switch (sample.verdict()) {
        case KEPT -> taken++;
        case REJECTED -> {
          taken++;
          rejected++;
        }
        case DROPPED -> {
          // only drawn
        }
      }
    }
    return new ClassDraw(budget + rejected, samples.size(), taken);
  }

  ClassDraw plus(int moreDrawn, int moreTaken) {
    return new ClassDraw(goal, drawn + moreDrawn, taken + moreTaken);
  }

  /// How many samples to generate next; 0 when the class is at its end.
  ///
  /// @param most at once
  int next(int most) {
    long left = Math.min(goal - taken, bound() - drawn);
    return Math.clamp(left, 0, most);
  }

  private long bound() {
    return (long) DRAWS_PER_SAMPLE * goal + DRAWS_BESIDE;
  }

  /// How much of the way is done, from 0 to 1.
  double fraction() {
    return goal == 0 || drawn >= bound() ? 1 : (double) taken / goal;
  }
}
