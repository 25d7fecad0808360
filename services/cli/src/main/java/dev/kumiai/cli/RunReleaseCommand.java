package dev.kumiai.cli;

import dev.kumiai.cli.terminal.Terminal;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.client.AggregatorClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `run release RUN SITE`.
@Command(
    name = "release",
    description = "Lets a site take part in a run again that is in quarantine.")
public final class RunReleaseCommand extends WithHelp implements Runnable {

  @Mixin private ServerOption server = new ServerOption();

  @Parameters(index = "0", paramLabel = "RUN", description = "The run's id or the beginning of it.")
  private String run = "";

  @Parameters(index = "1", paramLabel = "SITE", description = "The site's name.")
  private String site = "";

  @Override
  public void run() {
    try (AggregatorClient aggregator = server.aggregator()) {
      aggregator.release(RunCommand.find(aggregator, run), new SiteId(site));
    }
    Terminal.standard().print(site + " takes part again");
  }
}
