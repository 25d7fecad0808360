package dev.kumiai.cli;

import dev.kumiai.cli.process.Installation.Service;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.run.ModelSpec;
import dev.kumiai.protocol.run.RunSiteView;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.TrainingSpec;
import dev.kumiai.protocol.site.DatasetCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Unmatched;

/// `generator export RUN|FILE`: what sites have trained together, as a generator.
@Command(
    name = "export",
    description = {
      "Makes a generator of the newest model of a run with the architecture CLASS_DIFFUSION, or of a"
          + " file with such a model's weights.",
      "A run says what its model is for; with a file, say it: --classes a,b --image-size N"
          + " --channels N [--trained-on TEXT] [--images N] [--steps N] [--batch N] [--seed N]"
          + " [--licence TEXT]."
    })
public final class GeneratorExportCommand extends WithHelp implements Callable<Integer> {

  private static final String VERB = "export-generator";

  @Mixin private ServerOption server = new ServerOption();

  @Parameters(
      paramLabel = "RUN|FILE",
      description = "The run's id or the beginning of it, or a safetensors file.")
  private String source = "";

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "The generator.")
  private Path out = Path.of("");

  @Unmatched private List<String> further = new ArrayList<>();

  @Override
  public Integer call() {
    List<String> arguments = new ArrayList<>(List.of("--out", out.toString()));
    if (Files.isRegularFile(Path.of(source))) {
      arguments.addFirst(source);
      arguments.addAll(further);
      return DelegatedVerb.run(Service.GENERATION, VERB, arguments);
    }
    try (AggregatorClient aggregator = server.aggregator()) {
      RunId id = RunCommand.find(aggregator, source);
      RunView run = aggregator.run(id);
      arguments.addAll(told(run, aggregator.sites(id)));
      arguments.addAll(further);
      return export(aggregator, requireModel(run), arguments);
    }
  }

  private static int export(AggregatorClient aggregator, Digest model, List<String> arguments) {
    try {
      Path folder = Files.createTempDirectory("kumiai-export");
      Path weights = folder.resolve("model.safetensors");
      try {
        aggregator.downloadModel(model, weights);
        arguments.addFirst(weights.toString());
        return DelegatedVerb.run(Service.GENERATION, VERB, arguments);
      } finally {
        // The download may have left a lock or a part beside it.
        try (Stream<Path> left = Files.list(folder)) {
          for (Path file : left.toList()) {
            Files.delete(file);
          }
        }
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new KumiaiException.Unavailable(
          "model-not-stored", "the model cannot be stored for a moment: " + e.getMessage(), e);
    }
  }

  private static Digest requireModel(RunView run) {
    ModelSpec.Architecture architecture = run.spec().model().architecture();
    if (architecture != ModelSpec.Architecture.CLASS_DIFFUSION) {
      throw new KumiaiException.Invalid(
          "run-trains-no-generator",
          "run %s trains %s: only CLASS_DIFFUSION is a generator"
              .formatted(run.run(), architecture));
    }
    if (run.model() == null) {
      throw new KumiaiException.Conflict(
          "run-without-model", "run %s has no model yet: wait for it".formatted(run.run()));
    }
    return run.model();
  }

  /// What the run tells about its model.
  private static List<String> told(RunView run, List<RunSiteView> sites) {
    RunSpec spec = run.spec();
    long images =
        sites.stream()
            .map(RunSiteView::privateData)
            .filter(Objects::nonNull)
            .mapToLong(DatasetCounts::total)
            .sum();
    return List.of(
        "--classes=" + String.join(",", spec.data().classes()),
        "--image-size=" + spec.data().imageSize(),
        "--channels=" + spec.data().channels(),
        "--images=" + images,
        "--steps=" + run.round() * stepsInARound(spec, images),
        "--batch=" + spec.training().batchSize(),
        "--seed=" + spec.seed(),
        "--trained-on="
            + "%s at %d sites, %d rounds of run %s"
                .formatted(spec.data().dataset(), spec.sites().size(), run.round(), run.run()));
  }

  /// Steps of a site, on average where they follow from its images.
  private static long stepsInARound(RunSpec spec, long images) {
    TrainingSpec training = spec.training();
    if (training.steps() != null) {
      return training.steps();
    }
    long batches = Math.ceilDiv(images, (long) spec.sites().size() * training.batchSize());
    return batches * Objects.requireNonNullElse(training.epochs(), 1);
  }
}
