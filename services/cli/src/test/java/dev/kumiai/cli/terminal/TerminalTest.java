package dev.kumiai.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TerminalTest {

  private static Terminal terminal(boolean isTerminal, Map<String, String> environment) {
    return Terminal.of(System.out, isTerminal, environment);
  }

  @Test
  void drawsInPlaceAndInColourOnATerminal() {
    Terminal terminal = terminal(true, Map.of("TERM", "xterm-256color"));

    assertThat(terminal.live()).isTrue();
    assertThat(terminal.paint(Style.BOLD, "word")).isEqualTo("\u001b[1mword\u001b[0m");
  }

  @Test
  void noColorTakesTheColoursButNotTheDrawing() {
    Terminal terminal = terminal(true, Map.of("TERM", "xterm", "NO_COLOR", "1"));

    assertThat(terminal.live()).isTrue();
    assertThat(terminal.paint(Style.BOLD, "word")).isEqualTo("word");
  }

  @Test
  void writesPlainLinesIntoAPipe() {
    Terminal terminal = terminal(false, Map.of("TERM", "xterm"));

    assertThat(terminal.live()).isFalse();
    assertThat(terminal.coloured()).isFalse();
  }

  @Test
  void writesPlainLinesOnADumbTerminal() {
    assertThat(terminal(true, Map.of("TERM", "dumb")).live()).isFalse();
    assertThat(terminal(true, Map.of()).live()).isFalse();
  }
}
