package dev.kumiai.cli.terminal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The last lines of a terminal, drawn again in place as things go on, while finished lines scroll
/// away above them. Where lines cannot be drawn again, only the finished ones are printed.
public final class LiveArea implements AutoCloseable {

  private static final String HIDE_CURSOR = "\u001b[?25l";
  private static final String SHOW_CURSOR = "\u001b[?25h";
  private static final String ERASE_LINE_REST = "\u001b[K";
  private static final String ERASE_BELOW = "\u001b[J";
  private static final Duration SIZE_AGE = Duration.ofSeconds(2);

  private final Terminal terminal;
  private final Thread restore = new Thread(this::close, "terminal-restore");
  private Terminal.Size size;
  private long sizeTakenNanos = System.nanoTime();
  private int drawn;
  private boolean closed;

  public LiveArea(Terminal terminal) {
    this.terminal = terminal;
    this.size = terminal.size();
    if (terminal.live()) {
      // Ctrl-C must not leave a terminal without a cursor.
      Runtime.getRuntime().addShutdownHook(restore);
      terminal.out().print(HIDE_CURSOR);
    }
  }

  /// Prints `line` for good, above the live lines.
  public synchronized void print(String line) {
    if (closed) {
      return;
    }
    if (terminal.live()) {
      terminal.out().print(up() + "\r" + line + ERASE_LINE_REST + "\n" + ERASE_BELOW);
      drawn = 0;
      terminal.out().flush();
    } else {
      terminal.print(line);
    }
  }

  /// Replaces the live lines.
  public synchronized void draw(List<String> lines) {
    if (closed || !terminal.live()) {
      return;
    }
    List<String> fitting = fit(lines);
    StringBuilder frame = new StringBuilder(up()).append('\r');
    fitting.forEach(line -> frame.append(line).append(ERASE_LINE_REST).append('\n'));
    terminal.out().print(frame.append(ERASE_BELOW));
    terminal.out().flush();
    drawn = fitting.size();
  }

  /// Columns that a live line may take.
  public synchronized int columns() {
    return size.columns();
  }

  private String up() {
    return drawn == 0 ? "" : "\u001b[" + drawn + "A";
  }

  /// A line that wraps, or more lines than there are rows, could not be found again to be drawn
  /// over.
  private List<String> fit(List<String> lines) {
    if (System.nanoTime() - sizeTakenNanos > SIZE_AGE.toNanos()) {
      size = terminal.size();
      sizeTakenNanos = System.nanoTime();
    }
    String ellipsis = terminal.glyphs().ellipsis();
    int room = Math.max(1, size.rows() - 1);
    List<String> fitting = new ArrayList<>();
    for (String line : lines.size() <= room ? lines : lines.subList(0, room - 1)) {
      fitting.add(Style.cut(line, size.columns() - 1, ellipsis));
    }
    if (lines.size() > room) {
      fitting.add(ellipsis);
    }
    return fitting;
  }

  /// Wipes the live lines and gives the cursor back.
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (terminal.live()) {
      terminal.out().print(up() + "\r" + ERASE_BELOW + SHOW_CURSOR);
      terminal.out().flush();
      if (Thread.currentThread() != restore) {
        unhook();
      }
    }
  }

  private void unhook() {
    try {
      Runtime.getRuntime().removeShutdownHook(restore);
    } catch (IllegalStateException _) {
      // The process is ending already, and the hook will find nothing to do.
    }
  }
}
