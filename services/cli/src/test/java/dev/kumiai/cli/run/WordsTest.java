package dev.kumiai.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0.0 s",
    "8_249, 8.2 s",
    "59_949, 59.9 s",
    "60_000, 1 min 00 s",
    "3_599_000, 59 min 59 s",
    "3_600_000, 1 h 00 min",
    "93_600_000, 26 h 00 min"
  })
  void saysDurationsAsPeopleDo(String millis, String words) {
    Duration duration = Duration.ofMillis(Long.parseLong(millis.replace("_", "")));

    assertThat(Words.duration(duration)).isEqualTo(words);
  }

  @Test
  void saysThatWhatWasNotMeasuredIsNotKnown() {
    assertThat(Words.percent(null)).isEqualTo("-");
    assertThat(Words.points(0.5, null)).isEqualTo("-");
    assertThat(Words.loss(null)).isEqualTo("-");
  }

  @Test
  void countsInSingularAndPlural() {
    assertThat(Words.count(1, "round")).isEqualTo("1 round");
    assertThat(Words.count(2, "round")).isEqualTo("2 rounds");
  }
}
