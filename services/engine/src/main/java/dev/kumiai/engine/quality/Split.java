package dev.kumiai.engine.quality;

import dev.kumiai.engine.data.LabelledImages;
import java.util.stream.IntStream;

/// Two parts of a set that have no image in common.
record Split(LabelledImages others, LabelledImages nth) {

  /// Every nth image of each class on one side, in the order in which they stand, all others on the
  /// other.
  static Split everyNthOfEachClass(LabelledImages images, int n) {
    int[] seen = new int[images.classes().size()];
    boolean[] isNth = new boolean[images.size()];
    for (int i = 0; i < isNth.length; i++) {
      isNth[i] = ++seen[images.label(i)] % n == 0;
    }
    return new Split(
        images.select(IntStream.range(0, isNth.length).filter(i -> !isNth[i]).toArray()),
        images.select(IntStream.range(0, isNth.length).filter(i -> isNth[i]).toArray()));
  }
}
