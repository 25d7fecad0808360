package dev.kumiai.cli.run;

import dev.kumiai.core.quality.DropReason;
import dev.kumiai.protocol.task.TaskReport;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Numbers as people read them, the same in every country.
public final class Words {

  private static final String UNKNOWN = "-";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT);

  private Words() {}

  /// A share as "41.3 %".
  public static String percent(@Nullable Double share) {
    return share == null ? UNKNOWN : String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  /// A difference of two shares as "+4.2 points".
  public static String points(@Nullable Double from, @Nullable Double to) {
    return from == null || to == null
        ? UNKNOWN
        : String.format(Locale.ROOT, "%+.1f points", 100 * (to - from));
  }

  public static String loss(@Nullable Double nats) {
    return nats == null ? UNKNOWN : String.format(Locale.ROOT, "%.3f", nats);
  }

  /// "8.2 s" below a minute, "2 min 05 s" below an hour, "3 h 20 min" above.
  public static String duration(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds < 60) {
      return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1_000.0);
    }
    return seconds < 3_600
        ? String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60)
        : String.format(Locale.ROOT, "%d h %02d min", seconds / 3_600, seconds / 60 % 60);
  }

  /// A moment as "2026-03-01 10:00", where the reader is.
  public static String time(Instant moment) {
    return TIME.format(moment.atZone(ZoneId.systemDefault()));
  }

  /// How many samples filters took out.
  static int dropped(TaskReport.Generated made) {
    return made.dropped().values().stream().mapToInt(Integer::intValue).sum();
  }

  /// "near copy 2, duplicate 1".
  static String reasons(Map<DropReason, Integer> dropped) {
    return dropped.entrySet().stream()
        .map(
            of ->
                of.getKey().name().toLowerCase(Locale.ROOT).replace('_', ' ') + " " + of.getValue())
        .collect(Collectors.joining(", "));
  }

  /// "1 sample", "2 samples".
  public static String count(long number, String noun) {
    return count(number, noun, noun + "s");
  }

  /// "1 entry", "2 entries".
  public static String count(long number, String noun, String plural) {
    return number + " " + (number == 1 ? noun : plural);
  }
}
