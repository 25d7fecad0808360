package dev.kumiai.cli;

import dev.kumiai.core.RunId;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.run.RunView;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `run round RUN`.
@Command(
    name = "round",
    description = "Starts the next round of a run whose rounds are triggered manually.")
public final class RunRoundCommand extends RunCommand.OfOneRun {

  @Option(
      names = "--round",
      paramLabel = "N",
      description =
          "The round that is expected to be next; starting one that goes on already is no error.")
  private @Nullable Integer round;

  @Override
  RunView ask(AggregatorClient aggregator, RunId run) {
    int expected = round == null ? aggregator.run(run).round() + 1 : round;
    return aggregator.startRound(run, expected);
  }

  @Override
  String told(RunView answer) {
    return "%s is in round %d of %d"
        .formatted(answer.run(), answer.round(), answer.spec().rounds());
  }
}
