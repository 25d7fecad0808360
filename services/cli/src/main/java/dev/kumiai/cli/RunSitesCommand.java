package dev.kumiai.cli;

import dev.kumiai.cli.run.RunTables;
import dev.kumiai.cli.terminal.Terminal;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.run.RunSiteView;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `run sites RUN`.
@Command(
    name = "sites",
    description = "Lists the sites of a run: what each did wrong, and who is in quarantine.")
public final class RunSitesCommand extends WithHelp implements Runnable {

  @Mixin private ServerOption server = new ServerOption();

  @Parameters(paramLabel = "RUN", description = "The run's id or the beginning of it.")
  private String run = "";

  @Override
  public void run() {
    List<RunSiteView> sites;
    try (AggregatorClient aggregator = server.aggregator()) {
      sites = aggregator.sites(RunCommand.find(aggregator, run));
    }
    Terminal terminal = Terminal.standard();
    terminal.print(new RunTables(terminal).standings(sites));
  }
}
