package dev.kumiai.generation;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.engine.generator.FederatedDiffusion;
import dev.kumiai.engine.generator.GeneratorCard;
import dev.kumiai.engine.generator.GeneratorFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Makes a generator's file of the weights that a run with the architecture CLASS_DIFFUSION ended
/// with.
@Command(
    name = "export-generator",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Makes a generator of the weights that sites have trained together: a run's model with the",
      "architecture CLASS_DIFFUSION. The weights alone do not tell what they are for, so say it as",
      "the run's spec does."
    })
public final class ExportGeneratorCommand implements Callable<Integer> {

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "The model's weights, a safetensors file.")
  private Path file = Path.of("");

  @Option(
      names = "--classes",
      required = true,
      split = ",",
      paramLabel = "NAME,...",
      description = "All classes of the run, in its order.")
  private List<String> classes = List.of();

  @Option(names = "--image-size", required = true, description = "Height and width of its images.")
  private int imageSize;

  @Option(names = "--channels", required = true, description = "1 for grey, 3 for RGB.")
  private int channels;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "The generator.")
  private Path out = Path.of("");

  @Option(
      names = "--trained-on",
      defaultValue = "the private images of the sites of a run",
      paramLabel = "TEXT",
      description = "What it was trained on, for its card (default: ${DEFAULT-VALUE}).")
  private String trainedOn = "";

  @Option(
      names = "--images",
      defaultValue = "0",
      description = "How many images that were, for its card (default: 0, not known).")
  private int images;

  @Option(
      names = "--steps",
      defaultValue = "0",
      description = "Steps of each site in all rounds, for its card (default: 0, not known).")
  private int steps;

  @Option(
      names = "--batch",
      defaultValue = "0",
      description = "Images in a step, for its card (default: 0, not known).")
  private int batch;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "The run's seed, for its card (default: 0).")
  private long seed;

  @Option(
      names = "--licence",
      defaultValue = "not stated",
      paramLabel = "TEXT",
      description = "Terms of the generator, for its card.")
  private String licence = "";

  @Override
  public Integer call() {
    TrainGeneratorCommand.requireAbsent(out);
    Digest digest;
    try (SafetensorsFile weights = SafetensorsFile.open(file)) {
      weights.requireFinite();
      digest =
          FederatedDiffusion.export(
              out,
              weights.weights(),
              classes,
              TrainGeneratorCommand.form(imageSize, channels),
              new GeneratorCard.Origin(trainedOn, images, licence, steps, batch, seed));
    } catch (NoSuchFileException e) {
      throw new KumiaiException.NotFound(
          "model-missing", "there is no file " + file + " with a model's weights");
    } catch (IOException e) {
      throw new KumiaiException.Unavailable(
          "model-unreadable", "cannot read " + file + ": " + e.getMessage(), e);
    }
    PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
    err.printf("wrote %s, %s%n", out, GeneratorFile.cardBeside(out));
    PrintWriter result = Objects.requireNonNull(spec).commandLine().getOut();
    result.println(digest);
    result.flush();
    return 0;
  }
}
