package dev.kumiai.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LiveAreaTest {

  private final Screens screens = new Screens();

  @Test
  void goesUpOverWhatItDrewBefore() {
    try (LiveArea area = new LiveArea(screens.live())) {
      area.draw(List.of("one", "two"));
      area.draw(List.of("three"));
    }

    assertThat(screens.text())
        .contains("one\u001b[K\ntwo\u001b[K\n\u001b[J")
        .contains("\u001b[2A\rthree\u001b[K\n\u001b[J");
  }

  @Test
  void printsFinishedLinesAboveTheLiveOnes() {
    try (LiveArea area = new LiveArea(screens.live())) {
      area.draw(List.of("live"));
      area.print("finished");
      area.draw(List.of("live again"));
    }

    assertThat(screens.text())
        .contains("\u001b[1A\rfinished\u001b[K\n\u001b[J\rlive again\u001b[K\n");
  }

  @Test
  void givesTheCursorBackAndWipesItsLines() {
    LiveArea area = new LiveArea(screens.live());
    area.draw(List.of("live"));

    area.close();

    assertThat(screens.text()).startsWith("\u001b[?25l").endsWith("\u001b[1A\r\u001b[J\u001b[?25h");
  }

  @Test
  void drawsNoMoreLinesThanTheScreenHas() {
    List<String> many = IntStream.range(0, 500).mapToObj(i -> "line " + i).toList();

    try (LiveArea area = new LiveArea(screens.live())) {
      area.draw(many);
    }

    assertThat(screens.text())
        .contains("line 0")
        .doesNotContain("line 499")
        .contains("…\u001b[K\n");
  }

  @Test
  void printsOnlyFinishedLinesWhereNothingCanBeDrawnAgain() {
    try (LiveArea area = new LiveArea(screens.plain())) {
      area.draw(List.of("live"));
      area.print("finished");
    }

    assertThat(screens.text()).isEqualTo("finished" + System.lineSeparator());
  }
}
