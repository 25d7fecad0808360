package dev.kumiai.cli;

import dev.kumiai.cli.run.RunTables;
import dev.kumiai.cli.run.RunWatch;
import dev.kumiai.cli.run.Snapshot;
import dev.kumiai.cli.run.Words;
import dev.kumiai.cli.terminal.Table;
import dev.kumiai.cli.terminal.Table.Column;
import dev.kumiai.cli.terminal.Terminal;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.run.RunView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Runs of an aggregator that is there already.
@Command(
    name = "run",
    description =
        "Submits, watches, lists, holds, retries and cancels runs, and starts their rounds.",
    subcommands = {
      RunCommand.Submit.class,
      RunCommand.Watch.class,
      RunCommand.ListAll.class,
      RunCommand.Suspend.class,
      RunCommand.Resume.class,
      RunRoundCommand.class,
      RunRetryCommand.class,
      RunSitesCommand.class,
      RunReleaseCommand.class,
      RunCommand.Cancel.class
    })
public final class RunCommand extends WithHelp {

  /// Shows a run until it is over, then its tables; the exit status says whether it succeeded.
  private static int watch(AggregatorClient aggregator, RunId run) {
    Terminal terminal = Terminal.standard();
    Snapshot end = new RunWatch(aggregator, terminal, () -> {}).follow(run);
    new RunTables(terminal).print(end);
    return end.succeeded() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  /// `run submit FILE`.
  @Command(
      name = "submit",
      description = "Submits the run that a JSON file describes and prints its id.")
  public static final class Submit extends WithHelp
      implements java.util.concurrent.Callable<Integer> {

    @Mixin private ServerOption server = new ServerOption();

    @Parameters(paramLabel = "FILE", description = "The run's spec, as for POST /api/v1/runs.")
    private Path file = Path.of("");

    @Option(names = "--watch", description = "Watch the run until it is over.")
    private boolean watch;

    @Override
    public Integer call() {
      byte[] spec;
      try {
        spec = Files.readAllBytes(file);
      } catch (IOException e) {
        throw new KumiaiException.Invalid(
            "spec-unreadable",
            file + (Files.exists(file) ? " cannot be read" : " does not exist"),
            e);
      }
      try (AggregatorClient aggregator = server.aggregator()) {
        RunId run = aggregator.createRun(spec).run();
        Terminal.standard().print(run.value());
        return watch ? RunCommand.watch(aggregator, run) : CommandLine.ExitCode.OK;
      }
    }
  }

  /// `run watch RUN`.
  @Command(
      name = "watch",
      description = "Shows a run until it is over; exit status 0 when it succeeded, else 1.")
  public static final class Watch extends WithHelp
      implements java.util.concurrent.Callable<Integer> {

    @Mixin private ServerOption server = new ServerOption();

    @Parameters(paramLabel = "RUN", description = "The run's id or the beginning of it.")
    private String run = "";

    @Override
    public Integer call() {
      try (AggregatorClient aggregator = server.aggregator()) {
        return RunCommand.watch(aggregator, find(aggregator, run));
      }
    }
  }

  /// Something that is asked of one run.
  abstract static class OfOneRun extends WithHelp implements Runnable {

    @Mixin private ServerOption server = new ServerOption();

    @Parameters(paramLabel = "RUN", description = "The run's id or the beginning of it.")
    private String run = "";

    abstract RunView ask(AggregatorClient aggregator, RunId run);

    /// What became of it.
    String told(RunView answer) {
      return answer.run() + " is " + word(answer.phase());
    }

    @Override
    public void run() {
      try (AggregatorClient aggregator = server.aggregator()) {
        RunView answer = ask(aggregator, find(aggregator, run));
        Terminal.standard().print(told(answer));
      }
    }
  }

  /// `run suspend RUN`.
  @Command(
      name = "suspend",
      description = "Puts a run on hold; what sites work on is still accepted.")
  public static final class Suspend extends OfOneRun {
    @Override
    RunView ask(AggregatorClient aggregator, RunId run) {
      return aggregator.suspend(run);
    }
  }

  /// `run resume RUN`.
  @Command(name = "resume", description = "Lets a run go on that was on hold.")
  public static final class Resume extends OfOneRun {
    @Override
    RunView ask(AggregatorClient aggregator, RunId run) {
      return aggregator.resume(run);
    }
  }

  /// `run cancel RUN`.
  @Command(name = "cancel", description = "Cancels a run.")
  public static final class Cancel extends OfOneRun {
    @Override
    RunView ask(AggregatorClient aggregator, RunId run) {
      return aggregator.cancel(run);
    }
  }

  /// `run list`.
  @Command(name = "list", description = "Lists the runs, the newest first.")
  public static final class ListAll extends WithHelp implements Runnable {

    @Mixin private ServerOption server = new ServerOption();

    @Override
    public void run() {
      List<RunView> runs;
      try (AggregatorClient aggregator = server.aggregator()) {
        runs = newestFirst(aggregator);
      }
      Terminal terminal = Terminal.standard();
      if (runs.isEmpty()) {
        terminal.print("No runs yet: 'kumiai run submit FILE' starts one.");
        return;
      }
      Table table =
          new Table(
              Column.left("Run"),
              Column.left("Created"),
              Column.left("Phase"),
              Column.left("Strategy"),
              Column.right("Round"),
              Column.right("Accuracy"),
              Column.left("Name"));
      for (RunView run : runs) {
        table.row(
            run.run().value(),
            Words.time(run.created()),
            word(run.phase()),
            word(run.spec().strategy().name()),
            run.round() + "/" + run.spec().rounds(),
            Words.percent(run.accuracy()),
            run.spec().name());
      }
      terminal.print(table.lines(terminal));
    }
  }

  private static List<RunView> newestFirst(AggregatorClient aggregator) {
    return aggregator.runs().stream()
        .sorted(Comparator.comparing(RunView::created).reversed())
        .toList();
  }

  /// The run whose id is or starts with `text`.
  static RunId find(AggregatorClient aggregator, String text) {
    List<RunView> found =
        newestFirst(aggregator).stream().filter(run -> run.run().value().startsWith(text)).toList();
    return switch (found.size()) {
      case 1 -> found.getFirst().run();
      case 0 ->
          throw new KumiaiException.NotFound(
              "run-unknown", "no run has an id that starts with '" + text + "'");
      default ->
          throw new KumiaiException.Invalid(
              "run-ambiguous",
              found.size() + " runs have an id that starts with '" + text + "': give more of it");
    };
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
