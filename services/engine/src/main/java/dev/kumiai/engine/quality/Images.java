package dev.kumiai.engine.quality;

import dev.kumiai.engine.data.LabelledImages;
import java.util.stream.IntStream;

/// Parts of a set of images.
final class Images {

  private Images() {}

  /// Those of one class, in order.
  static LabelledImages ofClass(LabelledImages images, int label) {
    return images.select(
        IntStream.range(0, images.size()).filter(i -> images.label(i) == label).toArray());
  }

  /// All, or `most` of them spread evenly over the set.
  static LabelledImages spread(LabelledImages images, int most) {
    int count = images.size();
    return count <= most
        ? images
        : images.select(
            IntStream.range(0, most).map(i -> (int) ((long) i * count / most)).toArray());
  }
}
