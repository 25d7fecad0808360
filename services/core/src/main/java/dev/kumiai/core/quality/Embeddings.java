package dev.kumiai.core.quality;

import java.util.Arrays;
import java.util.List;

/// Points of one space, one for each sample: what a named network makes of it, or its pixels.
/// Immutable.
public final class Embeddings {

  private final int count;
  private final int dimensions;
  private final float[] values;

  private Embeddings(int count, int dimensions, float[] values) {
    this.count = count;
    this.dimensions = dimensions;
    this.values = values;
  }

  /// Wraps the points.
  ///
  /// @param values sample after sample, `[count, dimensions]`; kept, not copied, and must not
  ///   change afterwards
  public static Embeddings of(int count, int dimensions, float[] values) {
    if (dimensions < 1 || values.length != (long) count * dimensions) {
      throw new IllegalArgumentException(
          values.length + " values are no " + count + " x " + dimensions);
    }
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException("an embedding has a value that is no finite number");
      }
    }
    return new Embeddings(count, dimensions, values);
  }

  /// A copy of `rows`, of `dimensions` values each.
  public static Embeddings of(List<float[]> rows, int dimensions) {
    float[] values = new float[Math.multiplyExact(rows.size(), dimensions)];
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).length != dimensions) {
        throw new IllegalArgumentException(
            "a row of " + rows.get(i).length + " values among rows of " + dimensions);
      }
      System.arraycopy(rows.get(i), 0, values, i * dimensions, dimensions);
    }
    return of(rows.size(), dimensions, values);
  }

  /// How many samples.
  public int count() {
    return count;
  }

  /// Values of one sample.
  public int dimensions() {
    return dimensions;
  }

  public float value(int sample, int dimension) {
    return values[sample * dimensions + dimension];
  }

  /// A copy of the values of one sample, `[d]`.
  public float[] row(int sample) {
    return Arrays.copyOfRange(values, sample * dimensions, (sample + 1) * dimensions);
  }

  /// The samples at `indices`, in that order.
  public Embeddings select(int[] indices) {
    float[] chosen = new float[indices.length * dimensions];
    for (int i = 0; i < indices.length; i++) {
      System.arraycopy(values, indices[i] * dimensions, chosen, i * dimensions, dimensions);
    }
    return new Embeddings(indices.length, dimensions, chosen);
  }

  /// Euclidean distance of sample `index` to sample `other` of `others`.
  public double distance(int index, Embeddings others, int other) {
    requireSameSpace(others);
    return Math.sqrt(squaredDistance(index, others, other));
  }

  /// Squared Euclidean distance of sample `index` to sample `other` of `others`, summed in float64
  /// in the order of the dimensions.
  double squaredDistance(int index, Embeddings others, int other) {
    int a = index * dimensions;
    int b = other * dimensions;
    double sum = 0;
    for (int i = 0; i < dimensions; i++) {
      double difference = (double) values[a + i] - others.values[b + i];
      sum += difference * difference;
    }
    return sum;
  }

  /// Inner product of sample `index` and sample `other` of `others`, in float64.
  double dot(int index, Embeddings others, int other) {
    int a = index * dimensions;
    int b = other * dimensions;
    double sum = 0;
    for (int i = 0; i < dimensions; i++) {
      sum += (double) values[a + i] * others.values[b + i];
    }
    return sum;
  }

  void requireSameSpace(Embeddings others) {
    if (others.dimensions != dimensions) {
      throw new IllegalArgumentException(
          "embeddings of " + dimensions + " and of " + others.dimensions + " dimensions");
    }
  }

  void requireAtLeast(int samples, String measure) {
    if (count < samples) {
      throw new IllegalArgumentException(
          measure + " takes at least " + samples + " samples, not " + count);
    }
  }
}
