package dev.kumiai.core.pilot;

import java.util.List;

/// Numbers in brief.
///
/// @param count how many there are
/// @param mean `m = sum x / n`
/// @param deviation `sqrt(sum (x - m)^2 / (n - 1))`, as of a sample; 0 for a single number
public record Summary(int count, double mean, double deviation) {

  /// Of at least one number. Sums in binary64, in their order.
  public static Summary of(List<Double> numbers) {
    if (numbers.isEmpty()) {
      throw new IllegalArgumentException("no numbers, no mean");
    }
    double sum = 0;
    for (double number : numbers) {
      sum += number;
    }
    double mean = sum / numbers.size();
    double squares = 0;
    for (double number : numbers) {
      squares += (number - mean) * (number - mean);
    }
    return new Summary(
        numbers.size(), mean, numbers.size() == 1 ? 0 : Math.sqrt(squares / (numbers.size() - 1)));
  }

  /// Half the width of the mean's t-interval, `t(1 - (1 - c)/2, n - 1) s / sqrt(n)`; infinite for a
  /// single number, which tells nothing of how much numbers vary.
  ///
  /// @param confidence above 0 and below 1, such as 0.95
  public double halfWidth(double confidence) {
    return count == 1
        ? Double.POSITIVE_INFINITY
        : StudentT.quantile(1 - (1 - confidence) / 2, count - 1) * deviation / Math.sqrt(count);
  }
}
