package dev.kumiai.cli.demo;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.KumiaiException.Violation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What a person may choose of a demo.
public final class DemoOptions {

  @Mixin ExperimentOptions experiment = new ExperimentOptions();

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Every random draw follows from it (default: ${DEFAULT-VALUE}).")
  long seed = 1;

  @Option(
      names = "--no-generation",
      description = "The baseline: the same partition, seeds and schedule on private data alone.")
  boolean noGeneration;

  @Option(
      names = "--compare",
      description = "Run with generation, then the baseline, and show the difference.")
  boolean compare;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Write what happened as JSON, too.")
  @Nullable Path report;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description =
          "Folder to work in, which must not exist; it is kept (default: one under .kumiai/demo).")
  @Nullable Path work;

  @Option(
      names = "--keep",
      description = "Keep the work folder: data, generated samples, models and logs.")
  boolean keep;

  Material material() {
    return experiment.material(experiment.publicImagesOrDefault(), seed);
  }

  /// Refuses what cannot be, with every mistake, before minutes go by.
  void check() {
    List<Violation> mistakes = new ArrayList<>();
    experiment.check(mistakes);
    ExperimentOptions.require(
        mistakes, !noGeneration || !compare, "--compare", "excludes --no-generation");
    if (noGeneration) {
      experiment.generation.checkUnused(mistakes);
    }
    if (!mistakes.isEmpty()) {
      throw new KumiaiException.Invalid(
          "demo-options-invalid", "the demo cannot start with these options", mistakes);
    }
  }

  /// What the demo will do, in one line.
  String inWords() {
    String kind =
        noGeneration
            ? "baseline without generation"
            : (compare ? "with and without generation" : "with generation")
                + experiment.generation.inWords();
    return "%s, %s, seed %d".formatted(experiment.inWords(), kind, seed);
  }
}
