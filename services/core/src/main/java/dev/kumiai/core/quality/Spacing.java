package dev.kumiai.core.quality;

import java.util.stream.IntStream;

/// What usually separates two samples of a class: the median over its samples of the distance to
/// the nearest other one. Distances of generated samples are told in parts of it, because an
/// embedding has no unit, and because samples of one class can be much more alike than those of
/// another.
///
/// @param embedding Euclidean, in the space of an embedding
/// @param levels of pixels, as the root of the mean square over all values of 255
public record Spacing(double embedding, double levels) {

  /// Fewer samples do not tell what is usual.
  public static final int LEAST = 10;

  /// Samples whose nearest neighbour is looked for; the median of more is no better.
  private static final int MOST_ASKED = 500;

  /// Nothing is known: only the same picture is a copy.
  public static final Spacing UNKNOWN = new Spacing(0, 0);

  /// Measures some samples.
  ///
  /// @param count samples, at least [#LEAST], or nothing is known
  /// @param embedding distance of two samples by their indices
  /// @param levels the same in levels; it may give up where it is above the limit it is given
  public static Spacing of(int count, Distance embedding, LimitedDistance levels) {
    return count < LEAST
        ? UNKNOWN
        : new Spacing(
            median(count, (one, other, _) -> embedding.between(one, other)), median(count, levels));
  }

  /// How far two samples are apart.
  @FunctionalInterface
  public interface Distance {
    double between(int one, int other);
  }

  /// The same, for callers who do not want to know distances above a limit.
  @FunctionalInterface
  public interface LimitedDistance {
    /// Measures.
    ///
    /// @return any number from `limit` on, when they are at least that far apart
    double between(int one, int other, double limit);
  }

  /// Whether a sample is nearly a copy of another: the same picture, or nearer than `fraction` of
  /// what is usual in the embedding and in pixels. Either alone deceives: two dark pictures are
  /// alike in pixels, and an embedding may see only what tells classes apart.
  public boolean isCopy(double embeddingDistance, double levelsDistance, double fraction) {
    return levelsDistance < FilterRules.SAME_LEVELS
        || (embeddingDistance < fraction * embedding && levelsDistance < fraction * levels);
  }

  private static double median(int count, LimitedDistance distance) {
    int asked = Math.min(count, MOST_ASKED);
    double[] nearest =
        IntStream.range(0, asked)
            .map(i -> (int) ((long) i * count / asked))
            .mapToDouble(i -> nearest(i, count, distance))
            .toArray();
    return Neighbours.median(nearest);
  }

  private static double nearest(int sample, int count, LimitedDistance distance) {
    double least = Double.POSITIVE_INFINITY;
    for (int other = 0; other < count; other++) {
      if (other != sample) {
        least = Math.min(least, distance.between(sample, other, least));
      }
    }
    return least;
  }
}
