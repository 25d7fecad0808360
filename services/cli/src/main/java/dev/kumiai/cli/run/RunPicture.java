package dev.kumiai.cli.run;

import dev.kumiai.cli.terminal.Style;
import dev.kumiai.cli.terminal.Terminal;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.TaskView;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Draws what goes on in a run at one moment: a head, and a bar for each site at work.
public final class RunPicture {

  private static final int BAR_CELLS = 24;

  /// With more sites than this, only those at work are drawn.
  private static final int MANY = 12;

  private final Terminal terminal;
  private final Clock clock;

  public RunPicture(Terminal terminal, Clock clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  static String work(TaskKind kind) {
    return switch (kind) {
      case INITIALIZE -> "initial weights";
      case GENERATE -> "generation";
      case TRAIN -> "training";
      case EVALUATE -> "evaluation";
    };
  }

  /// Lines for a screen; none when the run is over.
  public List<String> lines(RunView run) {
    if (run.phase().isTerminal()) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(head(run));
    List<TaskView> shown = run.tasks();
    if (shown.size() > MANY) {
      shown = shown.stream().filter(RunPicture::isAtWork).limit(MANY).toList();
    }
    int names = shown.stream().mapToInt(task -> task.site().value().length()).max().orElse(0);
    shown.forEach(task -> lines.add(line(task, names)));
    if (shown.size() < run.tasks().size()) {
      lines.add("  " + terminal.paint(Style.DIM, summary(run.tasks())));
    }
    return lines;
  }

  /// One line for where nothing can be drawn again; for who waits at a log.
  public String inOneLine(RunView run) {
    return terminal.glyphs().dot() + " " + plainHead(run) + ": " + summary(run.tasks());
  }

  private String head(RunView run) {
    String elapsed = since(run.created());
    return terminal.paint(Style.BOLD, plainHead(run))
        + "   "
        + terminal.paint(Style.DIM, elapsed + " since the start");
  }

  private static String plainHead(RunView run) {
    return switch (run.phase()) {
      case INITIALIZING -> "Making the initial weights";
      case GENERATING -> "Generating, once, at every site";
      case TRAINING -> training(run);
      case READY ->
          "Waits for round %d of %d to be asked for: kumiai run round %s"
              .formatted(run.round() + 1, run.spec().rounds(), run.run());
      case SUSPENDED -> "Suspended in round " + run.round() + ", " + run.reason();
      case SUCCEEDED, FAILED, CANCELLED -> "Over";
    };
  }

  private static String training(RunView run) {
    boolean measuring =
        !run.tasks().isEmpty()
            && run.tasks().stream().allMatch(task -> task.kind() == TaskKind.EVALUATE);
    return "Round %d of %d, %s"
        .formatted(run.round(), run.spec().rounds(), measuring ? "measuring" : "training");
  }

  private String line(TaskView task, int names) {
    double fraction = task.state() == TaskView.State.SUCCEEDED ? 1 : task.fraction();
    String bar = terminal.glyphs().progress(fraction, BAR_CELLS);
    Style style =
        switch (task.state()) {
          case PENDING, CANCELLED -> Style.DIM;
          case CLAIMED -> Style.ACCENT;
          case SUCCEEDED -> Style.GOOD;
          case FAILED -> Style.BAD;
        };
    String site = String.format("%-" + Math.max(1, names) + "s", task.site());
    return "  " + site + "  " + terminal.paint(style, bar) + "  " + note(task);
  }

  private String note(TaskView task) {
    String again = task.attempt() > 1 ? "   attempt " + task.attempt() : "";
    return switch (task.state()) {
      case PENDING -> terminal.paint(Style.DIM, "waits" + again);
      case CLAIMED ->
          String.format("%3.0f %%  %s", 100 * task.fraction(), since(task) + task.stage() + again);
      case SUCCEEDED -> "done  " + terminal.paint(Style.DIM, took(task) + again);
      case FAILED -> "failed" + again;
      case CANCELLED -> terminal.paint(Style.DIM, "cancelled");
    };
  }

  private String since(TaskView task) {
    Instant started = task.started();
    return started == null ? "" : since(started) + "  ";
  }

  /// The moment is the aggregator's, whose clock may be ahead of ours.
  private String since(Instant moment) {
    Duration passed = Duration.between(moment, clock.instant());
    return Words.duration(passed.isNegative() ? Duration.ZERO : passed);
  }

  private static String took(TaskView task) {
    return Snapshot.between(task.started(), task.finished()).map(Words::duration).orElse("");
  }

  private static boolean isAtWork(TaskView task) {
    return task.state() == TaskView.State.CLAIMED || task.state() == TaskView.State.FAILED;
  }

  private static String summary(List<TaskView> tasks) {
    long waiting = count(tasks, TaskView.State.PENDING);
    long done = count(tasks, TaskView.State.SUCCEEDED);
    long failed = count(tasks, TaskView.State.FAILED);
    String atWork =
        tasks.stream()
            .filter(task -> task.state() == TaskView.State.CLAIMED)
            .limit(MANY)
            .map(task -> "%s %.0f %%".formatted(task.site(), 100 * task.fraction()))
            .collect(Collectors.joining(", "));
    return "%d waiting, %d done%s%s"
        .formatted(
            waiting,
            done,
            failed == 0 ? "" : ", " + failed + " failed",
            atWork.isEmpty() ? "" : ", at work: " + atWork);
  }

  private static long count(List<TaskView> tasks, TaskView.State state) {
    return tasks.stream().filter(task -> task.state() == state).count();
  }
}
