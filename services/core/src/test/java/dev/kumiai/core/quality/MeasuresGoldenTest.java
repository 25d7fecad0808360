package dev.kumiai.core.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URISyntaxException;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every measure agrees with NumPy, SciPy and scikit-learn, for more samples than dimensions, for
/// fewer, and for one set of each kind.
class MeasuresGoldenTest {

  private static final double RELATIVE = 1e-6;

  private Golden golden;

  @BeforeEach
  void open() throws IOException, URISyntaxException {
    golden = new Golden();
  }

  @ParameterizedTest
  @ValueSource(strings = {"many", "few", "mixed"})
  void frechetDistanceIsThatOfNumPy(String name) {
    assertClose(
        FrechetDistance.between(real(name), generated(name)),
        golden.expected(name + ".frechet")[0]);
  }

  @Test
  void frechetDistanceIsThatOfTheRootOfTheProduct() {
    assertClose(
        FrechetDistance.between(real("many"), generated("many")),
        golden.expected("many.frechet-sqrtm")[0]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"many", "few", "mixed"})
  void kernelDistanceIsThatOfScikitLearn(String name) {
    KernelDistance distance = KernelDistance.between(real(name), generated(name));

    double[] expected = golden.expected(name + ".kernel");
    assertClose(distance.value(), expected[0]);
    assertClose(Objects.requireNonNull(distance.standardError()), expected[1]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"many", "few", "mixed"})
  void precisionRecallDensityAndCoverageAreThoseOfScikitLearn(String name) {
    var shares = Manifolds.precisionRecall(real(name), generated(name), 3);
    var depths = Manifolds.densityCoverage(real(name), generated(name), 5);

    double[] expectedShares = golden.expected(name + ".precision-recall");
    assertClose(shares.precision(), expectedShares[0]);
    assertClose(shares.recall(), expectedShares[1]);
    double[] expectedDepths = golden.expected(name + ".density-coverage");
    assertClose(depths.density(), expectedDepths[0]);
    assertClose(depths.coverage(), expectedDepths[1]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"many", "few", "mixed"})
  void distancesToTheClosestRecordAreThoseOfScikitLearn(String name) {
    ClosestRecord closest = ClosestRecord.of(generated(name), real(name));

    double[] expected = golden.expected(name + ".closest");
    assertClose(closest.median(), expected[0]);
    assertClose(closest.fifthPercentile(), expected[1]);
    assertClose(closest.privateMedian(), expected[2]);
  }

  private Embeddings real(String name) {
    return golden.embeddings(name + ".real");
  }

  private Embeddings generated(String name) {
    return golden.embeddings(name + ".generated");
  }

  private static void assertClose(double actual, double expected) {
    assertThat(actual).isCloseTo(expected, within(RELATIVE * Math.abs(expected)));
  }
}
