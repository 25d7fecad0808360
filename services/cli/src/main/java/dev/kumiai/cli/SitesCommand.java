package dev.kumiai.cli;

import dev.kumiai.cli.run.Words;
import dev.kumiai.cli.terminal.Table;
import dev.kumiai.cli.terminal.Table.Column;
import dev.kumiai.cli.terminal.Terminal;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.site.DatasetCounts;
import dev.kumiai.protocol.site.InvitationRequest;
import dev.kumiai.protocol.site.SiteKeyView;
import dev.kumiai.protocol.site.SiteView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sites`: who takes part, and what each holds.
@Command(
    name = "sites",
    description =
        "Lists the sites of an aggregator, when each was last heard of, and its data sets' counts.",
    subcommands = {SitesCommand.Invite.class, SitesCommand.Keys.class, SitesCommand.Revoke.class})
public final class SitesCommand extends WithHelp implements Runnable {

  @Mixin private ServerOption server = new ServerOption();

  /// `sites invite SITE`.
  @Command(
      name = "invite",
      description =
          "Makes an enrolment token for one key of one site and prints it; it is told only once.")
  public static final class Invite extends WithHelp implements Runnable {

    @Mixin private ServerOption server = new ServerOption();

    @Parameters(paramLabel = "SITE", description = "The site's id.")
    private String site = "";

    @Option(
        names = "--hours",
        paramLabel = "N",
        defaultValue = "24",
        description = "Hours until it stops working unless it is used (default: 24).")
    private int hours;

    @Override
    public void run() {
      try (AggregatorClient aggregator = server.aggregator()) {
        InvitationRequest request = new InvitationRequest(new SiteId(site), hours);
        Terminal.standard().print(aggregator.invite(request).enrolmentToken());
      }
    }
  }

  /// `sites keys SITE`.
  @Command(name = "keys", description = "Lists the keys with which a site signs its results.")
  public static final class Keys extends WithHelp implements Runnable {

    @Mixin private ServerOption server = new ServerOption();

    @Parameters(paramLabel = "SITE", description = "The site's id.")
    private String site = "";

    @Override
    public void run() {
      try (AggregatorClient aggregator = server.aggregator()) {
        show(aggregator.siteKeys(new SiteId(site)));
      }
    }
  }

  /// `sites revoke SITE`.
  @Command(
      name = "revoke",
      description =
          "Shuts a site out: its keys and tokens stop working and its open tasks fail, at once.")
  public static final class Revoke extends WithHelp implements Runnable {

    @Mixin private ServerOption server = new ServerOption();

    @Parameters(paramLabel = "SITE", description = "The site's id.")
    private String site = "";

    @Option(
        names = "--key",
        paramLabel = "ID",
        description = "Take only this key back (default: all of the site).")
    private @Nullable String key;

    @Override
    public void run() {
      SiteId id = new SiteId(site);
      try (AggregatorClient aggregator = server.aggregator()) {
        show(key == null ? aggregator.revoke(id) : aggregator.revoke(id, key));
      }
    }
  }

  private static void show(List<SiteKeyView> keys) {
    Terminal terminal = Terminal.standard();
    Table table = new Table(Column.left("Key"), Column.left("Enrolled"), Column.left("Revoked"));
    for (SiteKeyView key : keys) {
      Instant revoked = key.revoked();
      table.row(key.id(), key.enrolled().toString(), revoked == null ? "" : revoked.toString());
    }
    terminal.print(table.lines(terminal));
  }

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
