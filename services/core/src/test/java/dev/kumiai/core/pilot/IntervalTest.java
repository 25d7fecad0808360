package dev.kumiai.core.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class IntervalTest {

  private static final Offset<Double> CLOSE = Offset.offset(1e-12);
  private static final int MOST = 5_000;

  private static Interval of(List<Double> numbers) {
    return Interval.of(Summary.of(numbers), 0.95);
  }

  @ParameterizedTest
  @CsvFileSource(resources = "/pilot/intervals.csv", numLinesToSkip = 1)
  void agreesWithScipy(
      String numbers,
      double mean,
      double deviation,
      double lower,
      double upper,
      double bound,
      int exactCount) {
    List<Double> sample = Stream.of(numbers.split(" ", -1)).map(Double::valueOf).toList();

    Interval interval = of(sample);

    assertThat(interval.mean()).isCloseTo(mean, CLOSE);
    assertThat(interval.deviation()).isCloseTo(deviation, CLOSE);
    assertThat(interval.lower()).isCloseTo(lower, CLOSE);
    assertThat(interval.upper()).isCloseTo(upper, CLOSE);
    // The exact power takes the noncentral t distribution; ours may ask for a pair more or less.
    assertThat(interval.countToSettle(bound, 0.8, MOST))
        .isCloseTo(Math.max(exactCount, sample.size()), Offset.offset(1));
  }

  @Test
  void oneNumberBoundsNothing() {
    Interval interval = of(List.of(0.3));

    assertThat(interval.lower()).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(interval.upper()).isEqualTo(Double.POSITIVE_INFINITY);
  }

  @Test
  void numbersThatAgreeSettleWhatTheyDoNotTouch() {
    Interval interval = of(List.of(0.02, 0.02, 0.02));

    assertThat(interval.countToSettle(0.01, 0.8, MOST)).isEqualTo(3);
    assertThat(interval.countToSettle(0.02, 0.8, MOST)).isEqualTo(MOST);
  }

  @Property(seed = "20260301")
  void shiftsWithTheNumbersAndHoldsTheirMean(
      @ForAll @Size(min = 2, max = 12) List<@DoubleRange(min = -1, max = 1) Double> numbers,
      @ForAll @DoubleRange(min = -1, max = 1) double shift) {
    Interval interval = of(numbers);
    Interval shifted = of(numbers.stream().map(number -> number + shift).toList());

    assertThat(interval.mean()).isBetween(interval.lower(), interval.upper());
    assertThat(shifted.lower()).isCloseTo(interval.lower() + shift, Offset.offset(1e-9));
    assertThat(shifted.upper()).isCloseTo(interval.upper() + shift, Offset.offset(1e-9));
  }

  @Property(seed = "20260301")
  void aWiderGapNeverNeedsMoreNumbers(
      @ForAll @Size(min = 3, max = 8) List<@DoubleRange(min = -0.1, max = 0.1) Double> numbers,
      @ForAll @DoubleRange(min = 0, max = 0.2) double gap) {
    Interval interval = of(numbers);
    int near = interval.countToSettle(interval.mean() - gap, 0.8, 500);
    int far = interval.countToSettle(interval.mean() - 2 * gap, 0.8, 500);

    assertThat(far).isLessThanOrEqualTo(near);
  }
}
