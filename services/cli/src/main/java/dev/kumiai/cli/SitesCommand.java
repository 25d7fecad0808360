package dev.kumiai.cli;

import dev.kumiai.cli.run.Words;
import dev.kumiai.cli.terminal.Table;
import dev.kumiai.cli.terminal.Table.Column;
import dev.kumiai.cli.terminal.Terminal;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.site.DatasetCounts;
import dev.kumiai.protocol.site.SiteView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `sites`: who takes part, and what each holds.
@Command(
    name = "sites",
    description =
        "Lists the sites of an aggregator, when each was last heard of, and its data sets' counts.")
public final class SitesCommand extends WithHelp implements Runnable {

  @Mixin private ServerOption server = new ServerOption();

  @Override
  public void run() {
    List<SiteView> sites;
    try (AggregatorClient aggregator = server.aggregator()) {
      sites = aggregator.sites();
    }
    Terminal terminal = Terminal.standard();
    if (sites.isEmpty()) {
      terminal.print("No sites yet: a worker enrols its site when it starts.");
      return;
    }
    Table table =
        new Table(
            Column.left("Site"),
            Column.right("Last heard of"),
            Column.left("Data set"),
            Column.right("Samples"),
            Column.right("Classes"),
            Column.right("Unreadable"));
    Instant now = Instant.now();
    for (SiteView site : sites) {
      Duration silent = Duration.between(site.lastSeen(), now);
      String heard = Words.duration(silent.isNegative() ? Duration.ZERO : silent) + " ago";
      if (site.datasets().isEmpty()) {
        table.row(site.site().value(), heard, "none", "", "", "");
      }
      for (DatasetCounts counts : site.datasets()) {
        table.row(
            site.site().value(),
            heard,
            counts.dataset(),
            String.valueOf(counts.total()),
            String.valueOf(counts.perClass().values().stream().filter(n -> n > 0).count()),
            String.valueOf(counts.unreadable()));
      }
    }
    terminal.print(table.lines(terminal));
  }
}
