package dev.kumiai.core.tensor;

import dev.kumiai.core.KumiaiException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/// The dimensions of a tensor, outermost first; none for a scalar.
public record Shape(List<Long> dimensions) {

  public Shape {
    dimensions = List.copyOf(dimensions);
    for (long dimension : dimensions) {
      if (dimension < 0) {
        throw new KumiaiException.Invalid(
            "shape-invalid", "a dimension is not negative, but one of " + dimensions + " is");
      }
    }
    countElements(dimensions);
  }

  public static Shape of(long... dimensions) {
    return new Shape(LongStream.of(dimensions).boxed().toList());
  }

  /// Product of the dimensions; 1 for a scalar.
  public long elements() {
    return countElements(dimensions);
  }

  private static long countElements(List<Long> dimensions) {
    try {
      long elements = 1;
      for (long dimension : dimensions) {
        elements = Math.multiplyExact(elements, dimension);
      }
      return elements;
    } catch (ArithmeticException e) {
      throw new KumiaiException.Invalid(
          "shape-overflow", "the shape " + dimensions + " has more than 2^63-1 elements", e);
    }
  }

  @Override
  public String toString() {
    return dimensions.stream().map(String::valueOf).collect(Collectors.joining("x", "[", "]"));
  }
}
