package dev.kumiai.cli.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScaleTest {

  @Test
  void mapsEndsToEnds() {
    Scale scale = new Scale(-1, 3, 100, 20);

    assertThat(scale.at(-1)).isEqualTo(100);
    assertThat(scale.at(3)).isEqualTo(20);
    assertThat(scale.at(1)).isEqualTo(60);
    assertThat(scale.within(99)).isEqualTo(20);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "-0.03, 0.12", "1, 12", "-80, 100", "0.41, 0.43", "1, 1.0001"})
  void ticksAreFewAndWithinTheAxis(double low, double high) {
    Scale scale = new Scale(low, high, 0, 100);

    assertThat(scale.ticks())
        .hasSizeBetween(2, 7)
        .allSatisfy(tick -> assertThat(scale.at(tick)).isBetween(-0.001, 100.001));
  }

  @Test
  void anAxisAroundOneValueHasRoom() {
    Scale scale = Scale.around(0.5, 0.5, 0, 100);

    assertThat(scale.at(0.5)).isCloseTo(50, Offset.offset(1e-9));
  }
}
