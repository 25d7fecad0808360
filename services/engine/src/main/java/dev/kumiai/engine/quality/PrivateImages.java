package dev.kumiai.engine.quality;

import dev.kumiai.core.quality.Embeddings;
import dev.kumiai.core.quality.FilterRules;
import dev.kumiai.core.quality.Spacing;
import dev.kumiai.engine.data.LabelledImages;
import java.util.List;

/// The private images of a site among which copies are looked for, as points of an embedding and as
/// pixels.
final class PrivateImages {

  private final Embeddings points;
  private final List<byte[]> pixels;

  private PrivateImages(Embeddings points, List<byte[]> pixels) {
    this.points = points;
    this.pixels = pixels;
  }

  static PrivateImages of(LabelledImages images, Embedder embedder) {
    return new PrivateImages(embedder.embed(images), SmallPixels.of(images));
  }

  int size() {
    return pixels.size();
  }

  /// Whether an image is nearly one of these.
  ///
  /// @param usual what usually separates two images of its class
  /// @param ratio share of that, below which it is
  boolean hasNearly(float[] point, byte[] small, Spacing usual, double ratio) {
    Embeddings one = Embeddings.of(1, point.length, point);
    double limit = Math.max(FilterRules.SAME_LEVELS, ratio * usual.levels());
    for (int i = 0; i < pixels.size(); i++) {
      double levels = SmallPixels.levels(small, pixels.get(i), limit);
      if (levels < limit && usual.isCopy(points.distance(i, one, 0), levels, ratio)) {
        return true;
      }
    }
    return false;
  }

  /// What usually separates those of these images that `members` names.
  Spacing spacing(int[] members) {
    return Spacing.of(
        members.length,
        (one, other) -> points.distance(members[one], points, members[other]),
        (one, other, limit) ->
            SmallPixels.levels(pixels.get(members[one]), pixels.get(members[other]), limit));
  }
}
