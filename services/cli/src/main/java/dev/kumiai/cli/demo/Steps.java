package dev.kumiai.cli.demo;

import dev.kumiai.cli.run.Words;
import dev.kumiai.cli.terminal.LiveArea;
import dev.kumiai.cli.terminal.Style;
import dev.kumiai.cli.terminal.Terminal;
import dev.kumiai.core.KumiaiException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// What is done before a run, one line for each step.
public final class Steps {

  private static final Duration LOOK = Duration.ofMillis(150);

  private final Terminal terminal;

  public Steps(Terminal terminal) {
    this.terminal = terminal;
  }

  /// Waits until `done`, showing what goes on.
  ///
  /// @param what the step, while it goes on and after
  /// @param note what is going on now; empty for nothing to tell
  public void await(String what, BooleanSupplier done, Supplier<String> note) {
    long begun = System.nanoTime();
    try (LiveArea area = new LiveArea(terminal)) {
      while (!done.getAsBoolean()) {
        String now = note.get();
        area.draw(
            List.of(
                terminal.paint(Style.ACCENT, terminal.glyphs().dot())
                    + " %s   %s".formatted(what, since(begun))
                    + (now.isEmpty() ? "" : "   " + terminal.paint(Style.DIM, now))));
        Thread.sleep(LOOK);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new KumiaiException.Cancelled("interrupted");
    }
    done(what, since(begun));
  }

  /// Tells that a step is done.
  public void done(String what, String note) {
    terminal.print(
        terminal.paint(Style.GOOD, terminal.glyphs().tick())
            + " "
            + what
            + (note.isEmpty() ? "" : "   " + terminal.paint(Style.DIM, note)));
  }

  private String since(long nanos) {
    return Words.duration(Duration.ofNanos(System.nanoTime() - nanos));
  }
}
