package dev.kumiai.cli;

import dev.kumiai.cli.run.Words;
import dev.kumiai.cli.terminal.Style;
import dev.kumiai.cli.terminal.Table;
import dev.kumiai.cli.terminal.Table.Column;
import dev.kumiai.cli.terminal.Terminal;
import dev.kumiai.core.Digest;
import dev.kumiai.core.RunId;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.ledger.RoundReplay;
import dev.kumiai.protocol.run.RoundView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `replay RUN`: every model once more, from the updates.
@Command(
    name = "replay",
    description =
        "Has every round of a run aggregated anew from the stored updates and compares the digests;"
            + " exit status 0 when all are the same, else 1.")
public final class ReplayCommand extends WithHelp implements Callable<Integer> {

  private static final int DIGITS = 16;

  @Mixin private ServerOption server = new ServerOption();

  @Parameters(paramLabel = "RUN", description = "The run's id or the beginning of it.")
  private String run = "";

  @Override
  public Integer call() {
    Terminal terminal = Terminal.standard();
    List<RoundReplay> replays = new ArrayList<>();
    try (AggregatorClient aggregator = server.aggregator()) {
      RunId id = RunCommand.find(aggregator, run);
      for (RoundView round : aggregator.rounds(id)) {
        if (round.round() > 0 && round.model() != null) {
          replays.add(aggregator.replay(id, round.round(), round.incarnation()));
        }
      }
    }
    if (replays.isEmpty()) {
      terminal.print("No round of this run has been aggregated yet.");
      return CommandLine.ExitCode.OK;
    }
    print(terminal, replays);
    boolean same = replays.stream().allMatch(r -> r.outcome() == RoundReplay.Outcome.SAME);
    return same ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private static void print(Terminal terminal, List<RoundReplay> replays) {
    Table table =
        new Table(
            Column.right("Round"),
            Column.right("Try"),
            Column.right("Updates"),
            Column.left("Recorded"),
            Column.left("Replayed"),
            Column.left("Outcome"),
            Column.right("Time"));
    for (RoundReplay replay : replays) {
      table.row(
          String.valueOf(replay.round()),
          String.valueOf(replay.incarnation() + 1),
          String.valueOf(replay.sites().size()),
          digits(replay.recorded()),
          digits(replay.recomputed()),
          outcome(terminal, replay),
          Words.duration(Duration.ofNanos((long) (replay.seconds() * 1e9))));
    }
    terminal.print(table.lines(terminal));
    for (RoundReplay replay : replays) {
      replay.problems().forEach(what -> terminal.print("round " + replay.round() + ": " + what));
      replay
          .differentStates()
          .forEach(
              state ->
                  terminal.print(
                      "round " + replay.round() + ": the state '" + state + "' differs"));
    }
  }

  private static String outcome(Terminal terminal, RoundReplay replay) {
    Style style = replay.outcome() == RoundReplay.Outcome.SAME ? Style.GOOD : Style.BAD;
    return terminal.paint(style, replay.outcome().name().toLowerCase(Locale.ROOT));
  }

  private static String digits(@Nullable Digest digest) {
    return digest == null ? "-" : digest.hex().substring(0, DIGITS);
  }
}
