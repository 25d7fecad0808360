package dev.kumiai.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlyphsTest {

  @ParameterizedTest
  @CsvSource({
    "0.0, ░░░░",
    "0.5, ██░░",
    "0.53125, ██▏░",
    "0.96875, ███▉",
    "1.0, ████",
    "-3, ░░░░",
    "7, ████",
    "NaN, ░░░░"
  })
  void drawsProgressToTheEighthOfACell(double fraction, String bar) {
    assertThat(Glyphs.UNICODE.progress(fraction, 4)).isEqualTo(bar);
  }

  @Test
  void drawsASizeWithoutATrack() {
    assertThat(Glyphs.ASCII.size(0.5, 4)).isEqualTo("##  ");
  }

  @Test
  void fallsBackToAsciiWhereTheCharsetHasNoBlocks() {
    assertThat(Glyphs.in(StandardCharsets.US_ASCII)).isEqualTo(Glyphs.ASCII);
    assertThat(Glyphs.in(StandardCharsets.UTF_8)).isEqualTo(Glyphs.UNICODE);
  }
}
