package dev.kumiai.cli;

import dev.kumiai.core.RunId;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.run.RunView;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `run retry RUN`.
@Command(
    name = "retry",
    description =
        "Lets a run that is over or on hold do rounds again, with the model of the round before.")
public final class RunRetryCommand extends RunCommand.OfOneRun {

  @Option(
      names = "--from-round",
      paramLabel = "N",
      description =
          "The first round that is done again, 0 to start all over; else the first that did not come"
              + " to an end.")
  private @Nullable Integer fromRound;

  @Override
  RunView ask(AggregatorClient aggregator, RunId run) {
    return aggregator.retry(run, fromRound);
  }

  @Override
  String told(RunView answer) {
    return "%s goes on from round %d".formatted(answer.run(), answer.round());
  }
}
