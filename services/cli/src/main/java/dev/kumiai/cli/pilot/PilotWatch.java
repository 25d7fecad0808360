package dev.kumiai.cli.pilot;

import dev.kumiai.cli.run.RunPicture;
import dev.kumiai.cli.run.Words;
import dev.kumiai.cli.terminal.LiveArea;
import dev.kumiai.cli.terminal.Style;
import dev.kumiai.cli.terminal.Terminal;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.PilotId;
import dev.kumiai.core.RunId;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.pilot.PilotView;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunView;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Follows a pilot to its end: a line for every run that is over, and below it what goes on.
final class PilotWatch {

  private static final int BAR_CELLS = 30;

  private final AggregatorClient client;
  private final Terminal terminal;
  private final Runnable check;
  private final RunPicture picture;
  private final Set<RunId> told = new HashSet<>();

  /// Looks at nothing yet.
  ///
  /// @param check called between two looks; what it throws ends the watch
  PilotWatch(AggregatorClient client, Terminal terminal, Runnable check) {
    this.client = client;
    this.terminal = terminal;
    this.check = check;
    this.picture = new RunPicture(terminal, Clock.systemUTC());
  }

  /// Returns when the pilot is over, whichever way.
  PilotView follow(PilotId pilot) {
    terminal.print("");
    try (LiveArea area = new LiveArea(terminal)) {
      while (true) {
        PilotView now = client.pilot(pilot);
        for (PilotView.Started run : now.runs()) {
          if (run.phase().isTerminal() && told.add(run.run())) {
            area.print(over(now, run));
          }
        }
        if (now.phase().isTerminal()) {
          return now;
        }
        area.draw(live(now));
        check.run();
        terminal.pause();
      }
    } catch (KumiaiException.Unavailable e) {
      // Why the aggregator is away is the better answer: it ended, or Ctrl-C ends everything.
      check.run();
      throw e;
    }
  }

  private String over(PilotView pilot, PilotView.Started run) {
    RunView view = client.run(run.run());
    boolean succeeded = run.phase() == RunPhase.SUCCEEDED;
    String took =
        view.finished() == null
            ? ""
            : Words.duration(Duration.between(view.created(), view.finished()));
    return "%s %s  %s"
        .formatted(
            succeeded
                ? terminal.paint(Style.GOOD, terminal.glyphs().tick())
                : terminal.paint(Style.BAD, terminal.glyphs().cross()),
            name(pilot, run),
            succeeded
                ? Words.percent(view.accuracy()) + "   " + terminal.paint(Style.DIM, took)
                : String.valueOf(view.reason()));
  }

  private List<String> live(PilotView pilot) {
    long over = pilot.runs().stream().filter(run -> run.phase().isTerminal()).count();
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(
        "%s  %d of %s"
            .formatted(
                terminal.paint(
                    Style.ACCENT,
                    terminal.glyphs().progress((double) over / pilot.planned(), BAR_CELLS)),
                over,
                Words.count(pilot.planned(), "run")));
    pilot.runs().stream()
        .filter(run -> !run.phase().isTerminal())
        .findFirst()
        .ifPresent(
            run -> {
              lines.add(terminal.paint(Style.BOLD, name(pilot, run).strip()));
              lines.addAll(picture.lines(client.run(run.run())));
            });
    return lines;
  }

  private static String name(PilotView pilot, PilotView.Started run) {
    long seed = pilot.spec().repetitions().get(run.repetition()).seed();
    String adds = Arms.adds(run.arm(), run.amount());
    String amount = adds.isEmpty() ? "" : "  (" + adds + ")";
    return "%3d of %d   seed %-3d %-16s%s"
        .formatted(run.number() + 1, pilot.planned(), seed, run.arm().text(), amount);
  }
}
