package dev.kumiai.cli.run;

import dev.kumiai.cli.terminal.Style;
import dev.kumiai.cli.terminal.Terminal;
import dev.kumiai.core.Cost;
import dev.kumiai.protocol.run.RoundView;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunSiteView;
import dev.kumiai.protocol.run.TaskView;
import dev.kumiai.protocol.task.TaskReport;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Tells what has come to an end in a run, each thing once, in lines that stay.
final class RunStory {

  private static final int BAR_CELLS = 20;

  /// Of the words that a generator ignores.
  private static final int NAMED = 8;

  private final Terminal terminal;
  private final Set<Object> told = new HashSet<>();

  RunStory(Terminal terminal) {
    this.terminal = terminal;
  }

  /// What is new in `now`.
  List<String> news(Snapshot now) {
    List<String> lines = new ArrayList<>();
    now.tasks().forEach(task -> tellTask(task, lines));
    now.sites().forEach(site -> tellQuarantine(site, lines));
    now.finishedRounds().stream()
        .filter(round -> told.add("round " + round.round() + " of " + round.incarnation()))
        .forEach(round -> lines.add(round(round, now.run().spec().rounds())));
    if (now.isOver() && told.add(now.run().phase())) {
      lines.add(end(now));
    }
    return lines;
  }

  private void tellQuarantine(RunSiteView site, List<String> lines) {
    RunSiteView.Quarantine quarantine = site.quarantine();
    if (quarantine != null && told.add(site.site() + " " + quarantine.since())) {
      lines.add(failed(site.site() + " is in quarantine: " + quarantine.reason()));
    }
  }

  private void tellTask(TaskView task, List<String> lines) {
    if (task.problem() != null && told.add(task.task() + task.problem() + task.attempt())) {
      lines.add(
          "%s %s at %s: %s"
              .formatted(
                  terminal.paint(Style.BAD, terminal.glyphs().cross()),
                  RunPicture.work(task.kind()),
                  task.site(),
                  task.problem()));
    }
    if (task.state() != TaskView.State.SUCCEEDED || !told.add(task.task())) {
      return;
    }
    switch (task.kind()) {
      case INITIALIZE -> lines.add(done("Initial weights", took(task)));
      case GENERATE -> lines.add(done(generated(task), took(task)));
      case TRAIN, EVALUATE -> {
        // Their round tells of them.
      }
    }
  }

  private static String generated(TaskView task) {
    if (!(task.report() instanceof TaskReport.Generated made)) {
      return task.site() + " generated";
    }
    int samples = made.counts().values().stream().mapToInt(Integer::intValue).sum();
    String told =
        made.reused()
            ? "%s has its %s already".formatted(task.site(), Words.count(samples, "sample"))
            : "%s generated %s".formatted(task.site(), Words.count(samples, "sample"));
    List<String> beside = new ArrayList<>();
    if (!made.dropped().isEmpty()) {
      beside.add(Words.dropped(made) + " dropped: " + Words.reasons(made.dropped()));
    }
    if (made.rejected() > 0) {
      beside.add(made.rejected() + " rejected by hand");
    }
    if (!made.unguided().isEmpty()) {
      beside.add("without real samples: " + String.join(", ", made.unguided()));
    }
    if (made.ignoredWords().count() > 0) {
      beside.add("words that the generator does not know: " + made.ignoredWords().inWords(NAMED));
    }
    Cost cost = made.cost();
    if (cost != null && cost.calls() > 0) {
      String money = cost.money() == null ? "" : " for " + cost.money() + " " + cost.currency();
      beside.add(Words.count(cost.calls(), "call") + money);
    }
    return beside.isEmpty() ? told : told + " (" + String.join("; ", beside) + ")";
  }

  private String round(RoundView round, int rounds) {
    String head = "Round %d of %d".formatted(round.round(), rounds);
    Double accuracy = round.accuracy();
    String measured =
        accuracy == null
            ? "not measured"
            : "%s %s   loss %s"
                .formatted(
                    terminal.paint(Style.ACCENT, terminal.glyphs().progress(accuracy, BAR_CELLS)),
                    Words.percent(accuracy),
                    Words.loss(round.loss()));
    String took =
        Snapshot.between(round.started(), round.finished()).map(Words::duration).orElse("");
    return done("%-15s %s".formatted(head, measured), took);
  }

  private String end(Snapshot now) {
    RunPhase phase = now.run().phase();
    String reason = now.run().reason() == null ? "" : ": " + now.run().reason();
    String took =
        Snapshot.between(now.run().created(), now.run().finished())
            .map(time -> " after " + Words.duration(time))
            .orElse("");
    return switch (phase) {
      case SUCCEEDED -> done("Run succeeded" + took, "");
      case FAILED -> failed("Run failed" + took + reason);
      case CANCELLED -> failed("Run cancelled" + took + reason);
      case INITIALIZING, GENERATING, READY, TRAINING, SUSPENDED ->
          throw new IllegalArgumentException("not over");
    };
  }

  private static String took(TaskView task) {
    return Snapshot.between(task.started(), task.finished()).map(Words::duration).orElse("");
  }

  private String done(String what, String note) {
    return terminal.paint(Style.GOOD, terminal.glyphs().tick())
        + " "
        + what
        + (note.isEmpty() ? "" : "   " + terminal.paint(Style.DIM, note));
  }

  private String failed(String what) {
    return terminal.paint(Style.BAD, terminal.glyphs().cross()) + " " + what;
  }
}
