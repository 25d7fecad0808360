package dev.kumiai.core.pilot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class StudentTTest {

  private static final Percentage CLOSE = Percentage.withPercentage(1e-9);

  @ParameterizedTest
  @CsvFileSource(resources = "/pilot/student_t.csv", numLinesToSkip = 1)
  void agreesWithScipy(double probability, int degrees, double quantile) {
    assertThat(StudentT.quantile(probability, degrees)).isCloseTo(quantile, CLOSE);
    assertThat(StudentT.cumulative(quantile, degrees)).isCloseTo(probability, Offset.offset(1e-11));
  }

  @Property(seed = "20260301")
  void withOneDegreeItIsCauchysAndWithTwoItHasAFormulaToo(
      @ForAll @Scale(4) @DoubleRange(min = 0.001, max = 0.999) double probability) {
    double cauchy = Math.tan(Math.PI * (probability - 0.5));
    double two = (2 * probability - 1) / Math.sqrt(2 * probability * (1 - probability));

    assertThat(StudentT.quantile(probability, 1)).isCloseTo(cauchy, Offset.offset(1e-8));
    assertThat(StudentT.quantile(probability, 2)).isCloseTo(two, Offset.offset(1e-9));
  }

  @Property(seed = "20260301")
  void quantileAndProbabilityUndoEachOtherAndAreSymmetric(
      @ForAll @Scale(5) @DoubleRange(min = 0.0001, max = 0.9999) double probability,
      @ForAll @IntRange(min = 1, max = 500) int degrees) {
    double quantile = StudentT.quantile(probability, degrees);

    assertThat(StudentT.cumulative(quantile, degrees)).isCloseTo(probability, Offset.offset(1e-11));
    assertThat(StudentT.quantile(1 - probability, degrees))
        .isCloseTo(-quantile, Offset.offset(1e-6 * Math.max(1, Math.abs(quantile))));
  }

  @Test
  void refusesWhatHasNoQuantile() {
    assertThatThrownBy(() -> StudentT.quantile(1, 3)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> StudentT.quantile(Double.NaN, 3))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> StudentT.cumulative(0, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
