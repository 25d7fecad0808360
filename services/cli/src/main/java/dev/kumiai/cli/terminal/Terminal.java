package dev.kumiai.cli.terminal;

import dev.kumiai.core.KumiaiException;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Where output goes and what can be shown there.
///
/// @param out the stream that lines are written to
/// @param live whether lines may be drawn again in place
/// @param coloured whether words may be styled
/// @param glyphs the signs that the stream's charset has
public record Terminal(PrintStream out, boolean live, boolean coloured, Glyphs glyphs) {

  private static final Duration LIVE_PAUSE = Duration.ofMillis(300);
  private static final Duration PLAIN_PAUSE = Duration.ofSeconds(1);
  private static final int USUAL_COLUMNS = 80;
  private static final int USUAL_ROWS = 24;

  /// Rows and columns of a screen.
  public record Size(int rows, int columns) {}

  /// Standard output: live on a terminal, plain lines in a pipe or a file.
  public static Terminal standard() {
    return of(System.out, isTerminal(), System.getenv());
  }

  /// A stream and what it can show.
  ///
  /// @param environment `NO_COLOR` (any value: no styles, see no-color.org) and `TERM` are looked
  ///   at
  static Terminal of(PrintStream out, boolean isTerminal, Map<String, String> environment) {
    boolean live = isTerminal && !environment.getOrDefault("TERM", "dumb").equals("dumb");
    boolean coloured = live && environment.getOrDefault("NO_COLOR", "").isEmpty();
    return new Terminal(out, live, coloured, Glyphs.in(out.charset()));
  }

  private static boolean isTerminal() {
    return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
  }

  public String paint(Style style, String text) {
    return coloured ? style.apply(text) : text;
  }

  public void print(String line) {
    out.println(line);
    out.flush();
  }

  public void print(List<String> lines) {
    lines.forEach(out::println);
    out.flush();
  }

  /// Waits a moment before what is shown is looked at again.
  ///
  /// @throws KumiaiException.Cancelled when the thread is interrupted; it stays interrupted
  public void pause() {
    try {
      Thread.sleep(live ? LIVE_PAUSE : PLAIN_PAUSE);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new KumiaiException.Cancelled("interrupted");
    }
  }

  /// The screen's size now; a person may change it at any time.
  public Size size() {
    if (!live) {
      return new Size(USUAL_ROWS, USUAL_COLUMNS);
    }
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(Path.of("/dev/tty").toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String told = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      stty.waitFor(1, TimeUnit.SECONDS);
      String[] numbers = told.strip().split(" ", -1);
      return new Size(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));
    } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
      return new Size(USUAL_ROWS, USUAL_COLUMNS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Size(USUAL_ROWS, USUAL_COLUMNS);
    }
  }
}
