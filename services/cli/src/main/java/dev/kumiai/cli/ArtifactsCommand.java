package dev.kumiai.cli;

import dev.kumiai.cli.terminal.Table;
import dev.kumiai.cli.terminal.Table.Column;
import dev.kumiai.cli.terminal.Terminal;
import dev.kumiai.protocol.artifact.ArtifactUsage;
import dev.kumiai.protocol.artifact.GarbageReport;
import dev.kumiai.protocol.client.AggregatorClient;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `artifacts`: the models and updates that an aggregator keeps.
@Command(
    name = "artifacts",
    description = "Tells how much an aggregator keeps, and removes what no run needs any more.",
    subcommands = {ArtifactsCommand.Usage.class, ArtifactsCommand.Gc.class})
public final class ArtifactsCommand extends WithHelp {

  private static final int STEP = 1_000;
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

  @Command(name = "usage", description = "How many files are kept, and how many bytes they have.")
  static final class Usage extends WithHelp implements Runnable {

    @Mixin private ServerOption server = new ServerOption();

    @Override
    public void run() {
      ArtifactUsage usage;
      try (AggregatorClient aggregator = server.aggregator()) {
        usage = aggregator.artifactUsage();
      }
      Table table =
          new Table(
              Column.left("Store " + usage.store()), Column.right("Files"), Column.right("Size"));
      table.row("kept", String.valueOf(usage.files()), size(usage.bytes()));
      table.row(
          "  to which no run refers",
          String.valueOf(usage.unreferencedFiles()),
          size(usage.unreferencedBytes()));
      table.row("removed", String.valueOf(usage.removedFiles()), size(usage.removedBytes()));
      Terminal terminal = Terminal.standard();
      terminal.print(table.lines(terminal));
    }
  }

  @Command(
      name = "gc",
      description =
          "Removes the files that no run needs any more, by its retention. The aggregator does that now and then by itself.")
  static final class Gc extends WithHelp implements Runnable {

    @Mixin private ServerOption server = new ServerOption();

    @Option(names = "--dry-run", description = "Only tell what would be removed.")
    private boolean dryRun;

    @Override
    public void run() {
      GarbageReport report;
      try (AggregatorClient aggregator = server.aggregator()) {
        report = aggregator.collectGarbage(dryRun);
      }
      Terminal.standard()
          .print(
              "%s %d files, %s."
                  .formatted(
                      report.dryRun() ? "Would remove" : "Removed",
                      report.files(),
                      size(report.bytes())));
    }
  }

  static String size(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= STEP && unit < UNITS.length - 1) {
      value /= STEP;
      unit++;
    }
    return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }
}
