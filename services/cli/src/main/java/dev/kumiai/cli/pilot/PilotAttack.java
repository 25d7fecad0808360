package dev.kumiai.cli.pilot;

import dev.kumiai.cli.demo.Experiment;
import dev.kumiai.cli.demo.LoweredName;
import dev.kumiai.cli.demo.Verbs;
import dev.kumiai.cli.process.Installation.Service;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.pilot.Arm;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.pilot.AttackReport;
import dev.kumiai.protocol.pilot.AttackReport.Attacked;
import dev.kumiai.protocol.pilot.PilotReport;
import dev.kumiai.protocol.pilot.PilotReport.RunReport;
import dev.kumiai.protocol.run.DataSpec;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.TrainingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Attacks the last models of a pilot's first repetition, with generation and without: the sites'
/// private images are the members, the test images the others. Local-training has a verb for that.
final class PilotAttack {

  private static final int FIRST = 0;

  private final AggregatorClient client;
  private final Verbs verbs;
  private final PilotFolder folder;
  private final Experiment experiment;

  /// @param experiment of the first repetition
  PilotAttack(AggregatorClient client, Verbs verbs, PilotFolder folder, Experiment experiment) {
    this.client = client;
    this.verbs = verbs;
    this.folder = folder;
    this.experiment = experiment;
  }

  /// What an earlier start found out about the same models.
  Optional<AttackReport> earlier(PilotReport report) {
    Map<String, Digest> wanted = named(models(report));
    return read().filter(found -> digests(found).equals(wanted));
  }

  /// Attacks, unless an earlier start did the same.
  ///
  /// @param shadows shadow models
  /// @return empty where there is no model to attack
  Optional<AttackReport> attack(PilotReport report, int shadows) throws IOException {
    Optional<AttackReport> earlier = earlier(report).filter(found -> found.shadows() == shadows);
    Map<Arm, Digest> models = models(report);
    if (earlier.isPresent() || models.isEmpty()) {
      return earlier;
    }
    List<String> arguments = arguments(report.spec().run(), shadows);
    for (Map.Entry<Arm, Digest> model : models.entrySet()) {
      Path file = folder.attacked(model.getKey());
      client.downloadModel(model.getValue(), file);
      arguments.add("--model=" + model.getKey().text() + "=" + file);
    }
    verbs.run(
        Service.LOCAL_TRAINING,
        "attack-model",
        arguments,
        "Attacking the last models"
            + (shadows == 0 ? "" : " with %d shadow models".formatted(shadows)));
    return read();
  }

  /// The last models of the arms with generation, as it was chosen, and without.
  private Map<Arm, Digest> models(PilotReport report) {
    Map<Arm, Digest> models = new EnumMap<>(Arm.class);
    for (RunReport run : report.runs()) {
      boolean wanted =
          switch (run.arm()) {
            case NONE -> true;
            case GENERATION -> Objects.equals(run.amount(), report.chosen());
            case CLASSICAL, SHUFFLED_LABELS, GENERATED_ONLY, PUBLIC_ONLY, PUBLIC, IID -> false;
          };
      if (wanted && run.repetition() == FIRST && run.phase() == RunPhase.SUCCEEDED) {
        Digest model = client.run(run.run()).model();
        if (model != null) {
          models.put(run.arm(), model);
        }
      }
    }
    return models;
  }

  private static Map<String, Digest> named(Map<Arm, Digest> models) {
    return models.entrySet().stream()
        .collect(Collectors.toMap(model -> model.getKey().text(), Map.Entry::getValue));
  }

  private static Map<String, Digest> digests(AttackReport report) {
    return report.models().stream().collect(Collectors.toMap(Attacked::name, Attacked::model));
  }

  private Optional<AttackReport> read() {
    Path file = folder.attacks();
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(KumiaiJson.mapper().readValue(file.toFile(), AttackReport.class));
    } catch (IOException e) {
      throw new KumiaiException.Unavailable(
          "attacks-unreadable",
          "%s cannot be read, delete it to attack anew: %s".formatted(file, e.getMessage()),
          e);
    }
  }

  /// Each option in one word, whatever a class or a folder is called.
  private List<String> arguments(RunSpec run, int shadows) {
    List<String> arguments = new ArrayList<>();
    DataSpec data = run.data();
    add(arguments, "--architecture", LoweredName.lowered(run.model().architecture()));
    data.classes().forEach(name -> add(arguments, "--class", name));
    add(arguments, "--image-size", data.imageSize());
    add(arguments, "--channels", data.channels());
    experiment.sites().forEach(site -> add(arguments, "--members", data(site, data.dataset())));
    add(arguments, "--others", data(experiment.evaluator(), experiment.text().testDataset()));
    add(arguments, "--shadows", shadows);
    if (shadows > 0) {
      add(run.training(), run.rounds(), arguments);
    }
    add(arguments, "--out", folder.attacks());
    return arguments;
  }

  /// A shadow model takes as many steps, or passes over its images, as a site in all rounds.
  private static void add(TrainingSpec training, int rounds, List<String> arguments) {
    add(arguments, "--steps", times(training.steps(), rounds));
    add(arguments, "--epochs", times(training.epochs(), rounds));
    add(arguments, "--batch-size", training.batchSize());
    add(arguments, "--learning-rate", training.learningRate());
    add(arguments, "--momentum", training.momentum());
    add(arguments, "--weight-decay", training.weightDecay());
    add(arguments, "--gradient-clip-norm", training.gradientClipNorm());
    if (training.classBalanced()) {
      arguments.add("--class-balanced");
    }
  }

  private static @Nullable Integer times(@Nullable Integer ofRound, int rounds) {
    return ofRound == null ? null : Integer.valueOf(Math.multiplyExact(ofRound, rounds));
  }

  private Path data(SiteId site, String dataset) {
    return folder.site(site).resolve("private").resolve(dataset);
  }

  private static void add(List<String> arguments, String option, @Nullable Object value) {
    if (value != null) {
      arguments.add(option + "=" + value);
    }
  }
}
