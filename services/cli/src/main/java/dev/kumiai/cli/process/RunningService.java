package dev.kumiai.cli.process;

import dev.kumiai.core.KumiaiException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// A service that was started as a process of this one.
///
/// @param name for people: "generation of group 1"
/// @param log where its standard output and error go
public record RunningService(String name, Process process, Path log) {

  /// What a shell reports for a process that Ctrl-C ended. A terminal sends it to the services too.
  private static final int INTERRUPTED = 130;

  private static final int TAIL_LINES = 15;
  private static final int TAIL_BYTES = 16_384;

  /// Throws when the process is over, which it should not be before it is told to.
  public void requireAlive() {
    if (process.isAlive()) {
      return;
    }
    if (process.exitValue() == INTERRUPTED) {
      throw new KumiaiException.Cancelled("interrupted");
    }
    throw new KumiaiException.Unavailable(
        "service-ended",
        "%s ended with status %d; its log is %s and ends with:%n%s"
            .formatted(name, process.exitValue(), log, String.join(System.lineSeparator(), tail())),
        null);
  }

  /// Throws when the process, which is over, failed. What it says last is its reason.
  void requireSucceeded() {
    if (process.exitValue() == INTERRUPTED) {
      throw new KumiaiException.Cancelled("interrupted");
    }
    if (process.exitValue() != 0) {
      throw new KumiaiException.Unavailable(
          "verb-failed", "%s failed: %s (log: %s)".formatted(name, lastLine(), log), null);
    }
  }

  /// The last line that says something; empty where there is none yet.
  public String lastLine() {
    return tail().reversed().stream()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .findFirst()
        .orElse("");
  }

  /// The last lines of the log. A progress bar's carriage return ends a line, too.
  public List<String> tail() {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      int length = (int) Math.min(file.length(), TAIL_BYTES);
      byte[] end = new byte[length];
      file.seek(file.length() - length);
      file.readFully(end);
      List<String> lines = new String(end, StandardCharsets.UTF_8).lines().toList();
      return lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
    } catch (IOException e) {
      return List.of("(unreadable: " + e.getMessage() + ")");
    }
  }
}
