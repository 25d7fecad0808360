package dev.kumiai.cli.demo;

import dev.kumiai.cli.process.Installation;
import dev.kumiai.cli.process.RunningServices;
import dev.kumiai.cli.run.RunTables;
import dev.kumiai.cli.run.RunWatch;
import dev.kumiai.cli.run.Snapshot;
import dev.kumiai.cli.run.Words;
import dev.kumiai.cli.terminal.Style;
import dev.kumiai.cli.terminal.Terminal;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.run.GeneratorRef;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The whole flow on one machine: cuts a data set into sites, gets a generator, starts the packaged
/// services as processes, has them do one run (or two, to compare), and shows how it went.
public final class Demo {

  private final DemoOptions options;
  private final Installation installation;
  private final Terminal terminal;
  private final Steps steps;

  /// Does nothing yet.
  public Demo(DemoOptions options, Installation installation, Terminal terminal) {
    this.options = options;
    this.installation = installation;
    this.terminal = terminal;
    this.steps = new Steps(terminal);
  }

  /// Runs the demo; whatever its end, no process of it is left.
  ///
  /// @return whether every run succeeded
  public boolean run() throws IOException {
    options.check();
    long begun = System.nanoTime();
    WorkFolder work = WorkFolder.make(options, installation);
    boolean succeeded = false;
    try (RunningServices services = new RunningServices(installation, work.logs(), work::discard)) {
      succeeded = run(services, work, begun);
    } catch (KumiaiException.Cancelled e) {
      work.discard();
      throw e;
    }
    tellEnd(work, succeeded, Duration.ofNanos(System.nanoTime() - begun));
    return succeeded;
  }

  private boolean run(RunningServices services, WorkFolder work, long begun) throws IOException {
    terminal.print(terminal.paint(Style.BOLD, "Kumiai demo: " + options.inWords()));
    Preparation preparation =
        new Preparation(options.material(), installation, services, steps, work.path());
    GenerationOptions chosen = options.experiment.generation;
    List<String> publicAtSites =
        chosen.publicName().map(name -> List.of("--public-at-sites", name)).orElse(List.of());
    Experiment experiment =
        preparation.partition(work.path().resolve("experiment"), options.seed, publicAtSites);
    Optional<Preparation.Ready> ready =
        options.noGeneration
            ? Optional.empty()
            : Optional.of(preparation.ready(chosen.ref(), experiment));
    Optional<GeneratorRef> generator = ready.map(Preparation.Ready::ref);
    RunPlan plan = new RunPlan(options.experiment, experiment);
    LocalServices processes = new LocalServices(services, steps, work.path());
    try (AggregatorClient client = processes.start(plan.sites(), ready.map(this::generation))) {
      List<Snapshot> ends = new ArrayList<>();
      if (generator.isPresent()) {
        ends.add(follow(client, services, plan, generator));
      }
      if (generator.isEmpty() || (options.compare && ends.getLast().succeeded())) {
        ends.add(follow(client, services, plan, Optional.empty()));
      }
      report(ends);
      Path file = options.report;
      if (file != null) {
        DemoReport.write(file, ends, experiment, Duration.ofNanos(System.nanoTime() - begun));
      }
      return ends.stream().allMatch(Snapshot::succeeded);
    }
  }

  private LocalServices.Generation generation(Preparation.Ready generator) {
    return new LocalServices.Generation(generator.folder(), options.experiment.measures());
  }

  private Snapshot follow(
      AggregatorClient client,
      RunningServices services,
      RunPlan plan,
      Optional<GeneratorRef> generator) {
    terminal.print("");
    terminal.print(
        terminal.paint(
            Style.BOLD,
            generator.isPresent() ? "With generation" : "Baseline, without generation"));
    RunId run =
        client
            .createRun(
                plan.spec(
                    generator.isPresent() ? "demo" : "demo, baseline", options.seed, generator))
            .run();
    try {
      return new RunWatch(client, terminal, services::requireAlive).follow(run);
    } catch (KumiaiException.Unavailable e) {
      // Why the aggregator is away is the better answer: it ended, or Ctrl-C ends everything.
      services.requireAlive();
      throw e;
    }
  }

  private void report(List<Snapshot> ends) {
    RunTables tables = new RunTables(terminal);
    tables.print(ends.getFirst());
    if (ends.size() > 1) {
      tables.print(
          "Accuracy with generation and without",
          tables.comparison(ends.getFirst(), ends.getLast()));
    }
  }

  private void tellEnd(WorkFolder work, boolean succeeded, Duration took) throws IOException {
    terminal.print("");
    if (succeeded && !work.isKept()) {
      work.discard();
      terminal.print(
          "Done in %s. (--keep keeps data, samples, models and logs.)"
              .formatted(Words.duration(took)));
    } else {
      terminal.print(
          "%s after %s. Data, samples, models and logs are in %s"
              .formatted(succeeded ? "Done" : "Failed", Words.duration(took), work.path()));
    }
  }
}
