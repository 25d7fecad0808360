package dev.kumiai.cli.pilot;

import dev.kumiai.cli.demo.Experiment;
import dev.kumiai.cli.demo.LocalServices;
import dev.kumiai.cli.demo.Preparation;
import dev.kumiai.cli.demo.RunPlan;
import dev.kumiai.cli.demo.Steps;
import dev.kumiai.cli.demo.Verbs;
import dev.kumiai.cli.process.Installation;
import dev.kumiai.cli.process.RunningServices;
import dev.kumiai.cli.run.Words;
import dev.kumiai.cli.terminal.Style;
import dev.kumiai.cli.terminal.Terminal;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.pilot.Amount;
import dev.kumiai.protocol.pilot.AttackReport;
import dev.kumiai.protocol.pilot.PilotPhase;
import dev.kumiai.protocol.pilot.PilotReport;
import dev.kumiai.protocol.pilot.PilotSpec;
import dev.kumiai.protocol.pilot.PilotView;
import dev.kumiai.protocol.pilot.Repetition;
import dev.kumiai.protocol.run.GeneratorRef;
import dev.kumiai.protocol.run.RunSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A pilot on this machine: cuts the data into sites once for every seed, gets a generator, starts
/// the packaged services as processes, has their aggregator do the pilot, and writes the report.
/// What an earlier start has done is found in the folder and not done again.
public final class LocalPilot {

  private final PilotOptions options;
  private final Installation installation;
  private final Terminal terminal;
  private final Steps steps;

  /// Does nothing yet.
  public LocalPilot(PilotOptions options, Installation installation, Terminal terminal) {
    this.options = options;
    this.installation = installation;
    this.terminal = terminal;
    this.steps = new Steps(terminal);
  }

  /// Runs the pilot; whatever its end, no process of it is left.
  ///
  /// @return whether it came to its end
  public boolean run() throws IOException {
    options.check();
    PilotFolder folder = folder();
    terminal.print(terminal.paint(Style.BOLD, "Kumiai pilot: " + options.inWords()));
    try (RunningServices services = new RunningServices(installation, folder.logs(), () -> {})) {
      return run(services, folder);
    }
  }

  private PilotFolder folder() throws IOException {
    Path chosen = options.out;
    Path path = chosen == null ? installation.work().resolve("pilot") : chosen;
    return new PilotFolder(Files.createDirectories(path).toRealPath());
  }

  private boolean run(RunningServices services, PilotFolder folder) throws IOException {
    Preparation preparation =
        new Preparation(options.material(), installation, services, steps, folder.path());
    List<Experiment> experiments = new ArrayList<>();
    for (long seed : options.allSeeds()) {
      experiments.add(preparation.partition(folder.seed(seed), seed, additions(seed)));
    }
    folder.link(experiments);
    Preparation.Ready generator = preparation.ready(Optional.empty(), experiments.getFirst());
    LocalServices processes = new LocalServices(services, steps, folder.path());
    try (AggregatorClient client =
        processes.start(
            sites(folder, experiments),
            Optional.of(
                new LocalServices.Generation(generator.folder(), options.experiment.measures())))) {
      PilotView pilot = begin(client, spec(experiments, generator.ref()));
      PilotView end =
          new PilotWatch(client, terminal, services::requireAlive).follow(pilot.pilot());
      PilotAttack attack =
          new PilotAttack(client, new Verbs(services, steps), folder, experiments.getFirst());
      return report(client.pilotReport(end.pilot()), folder, experiments, end, attack);
    }
  }

  /// Every seed has sites of its own; the test set and the public share are those of the first.
  private List<String> additions(long seed) {
    return List.of(
        "--prefix",
        "s" + seed + "-",
        "--split-seed",
        Long.toString(options.firstSeed),
        "--iid",
        "--public-at-sites",
        PilotSpec.DEFAULT_PUBLIC_IMAGES);
  }

  private LocalServices.Sites sites(PilotFolder folder, List<Experiment> experiments) {
    List<List<SiteId>> groups = new ArrayList<>();
    for (Experiment experiment : experiments) {
      List<List<SiteId>> own = RunPlan.groups(experiment.sites(), options.experiment.groups());
      for (int i = 0; i < own.size(); i++) {
        if (i == groups.size()) {
          groups.add(new ArrayList<>());
        }
        groups.get(i).addAll(own.get(i));
      }
    }
    return new LocalServices.Sites(
        folder.sites(), groups, experiments.stream().map(Experiment::evaluator).toList());
  }

  private PilotSpec spec(List<Experiment> experiments, GeneratorRef generator) {
    RunSpec run =
        new RunPlan(options.experiment, experiments.getFirst())
            .spec("pilot", options.firstSeed, Optional.of(generator));
    List<Repetition> repetitions = new ArrayList<>();
    for (int i = 0; i < experiments.size(); i++) {
      Experiment experiment = experiments.get(i);
      repetitions.add(
          new Repetition(
              options.allSeeds().get(i),
              experiment.sites(),
              List.of(experiment.evaluator()),
              null,
              null));
    }
    return new PilotSpec(
        "pilot",
        run,
        options.arms,
        repetitions,
        options.sweep.sweep(),
        PilotSpec.DEFAULT_PUBLIC_IMAGES,
        options.minimumShare(),
        options.experiment.roundsAreChosen());
  }

  /// The pilot that this folder's aggregator has, or a new one. One that failed or was cancelled is
  /// begun anew.
  private PilotView begin(AggregatorClient client, PilotSpec spec) {
    Optional<PilotView> known =
        client.pilots().stream()
            .filter(
                pilot ->
                    pilot.phase() == PilotPhase.RUNNING || pilot.phase() == PilotPhase.SUCCEEDED)
            .findFirst();
    if (known.isEmpty()) {
      return client.createPilot(spec);
    }
    if (!KumiaiJson.mapper()
        .valueToTree(known.get().spec())
        .equals(KumiaiJson.mapper().valueToTree(spec))) {
      throw new KumiaiException.Conflict(
          "pilot-differs",
          "the folder holds a pilot with other options: repeat those, or name another folder with --out");
    }
    steps.done("Pilot of an earlier start", known.get().pilot().value());
    return known.get();
  }

  private boolean report(
      PilotReport report,
      PilotFolder folder,
      List<Experiment> experiments,
      PilotView end,
      PilotAttack attack)
      throws IOException {
    KumiaiJson.mapper().writerWithDefaultPrettyPrinter().writeValue(folder.json().toFile(), report);
    // Before the last run is over a verdict may still change.
    Amount pays = end.phase() == PilotPhase.SUCCEEDED ? report.verdict().amount() : null;
    writeSettings(report.spec().run(), pays, folder);
    // What is there stays there, whatever becomes of an attack that takes minutes.
    Optional<AttackReport> attacked = attack.earlier(report);
    write(report, attacked.orElse(null), folder, experiments);
    Integer shadows = options.attack;
    if (shadows != null && end.phase() == PilotPhase.SUCCEEDED) {
      attacked = attack.attack(report, shadows);
      write(report, attacked.orElse(null), folder, experiments);
    }
    if (end.phase() != PilotPhase.SUCCEEDED) {
      terminal.print(
          terminal.paint(Style.BAD, terminal.glyphs().cross())
              + " The pilot ended before its last run: "
              + end.reason());
    }
    new PilotTables(terminal).print(report, attacked.orElse(null));
    terminal.print("");
    terminal.print("To read: " + folder.html());
    if (pays != null) {
      terminal.print("For runs: " + folder.settings() + ", the generation that pays");
    }
    terminal.print(
        "For programs: %s. Data, samples, models and logs of %s are kept in %s"
            .formatted(folder.json(), Words.count(report.runs().size(), "run"), folder.path()));
    return end.phase() == PilotPhase.SUCCEEDED;
  }

  /// The part of a run's spec that was found to pay; what an earlier pilot in the folder found
  /// goes.
  private static void writeSettings(RunSpec run, @Nullable Amount pays, PilotFolder folder)
      throws IOException {
    if (pays == null) {
      Files.deleteIfExists(folder.settings());
      return;
    }
    KumiaiJson.mapper()
        .writerWithDefaultPrettyPrinter()
        .writeValue(
            folder.settings().toFile(),
            Map.of("generation", pays.in(Objects.requireNonNull(run.generation()))));
  }

  private void write(
      PilotReport report,
      @Nullable AttackReport attacked,
      PilotFolder folder,
      List<Experiment> experiments)
      throws IOException {
    Files.writeString(
        folder.html(),
        new ReportPage(report, new SiteFiles(folder, experiments), attacked, options.inWords())
            .html());
  }
}
