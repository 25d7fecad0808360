package dev.kumiai.generation;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.data.LineChart;
import dev.kumiai.engine.generator.DiffusionArchitecture;
import dev.kumiai.engine.generator.GeneratorFile;
import dev.kumiai.engine.generator.GeneratorTraining;
import dev.kumiai.engine.generator.TrainingSettings;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Trains a generator on public images.
@Command(
    name = "train-generator",
    mixinStandardHelpOptions = true,
    description = {
      "Trains an image generator on public images and writes its file, the card beside it and the",
      "loss curve. Interrupted, the same command goes on where it stopped."
    })
public final class TrainGeneratorCommand implements Callable<Integer> {

  private static final double DEFAULT_MINUTES = 5;
  private static final int CHART_POINTS = 300;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "castings|DIR",
      description =
          "Public images: the built-in pictures of castings, or a folder with IDX files or one"
              + " sub-folder of images per class.")
  private String data = "";

  @Option(
      names = "--classes",
      split = ",",
      paramLabel = "NAME,...",
      description =
          "The classes to learn, or the names of the labels of IDX files (default: all in the"
              + " data).")
  private List<String> classes = List.of();

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "The generator.")
  private Path out = Path.of("");

  @Option(
      names = "--image-size",
      defaultValue = "32",
      description = "Height and width of the images (default: ${DEFAULT-VALUE}).")
  private int imageSize;

  @Option(
      names = "--channels",
      defaultValue = "1",
      description = "1 for grey, 3 for RGB (default: ${DEFAULT-VALUE}).")
  private int channels;

  @Option(
      names = "--per-class",
      defaultValue = "1000",
      description = "The first so many images of each class (default: ${DEFAULT-VALUE}).")
  private int perClass;

  @ArgGroup private @Nullable Length length;

  /// How long is trained.
  private static final class Length {
    @Option(
        names = "--minutes",
        description = "How long is trained (default: " + DEFAULT_MINUTES + ").")
    private @Nullable Double minutes;

    @Option(
        names = "--steps",
        description = "Steps that are trained: repeatable, where minutes depend on the machine.")
    private @Nullable Integer steps;
  }

  @Option(
      names = "--batch",
      defaultValue = "" + TrainingSettings.DEFAULT_BATCH,
      description = "Images in a step (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--learning-rate",
      defaultValue = "" + TrainingSettings.DEFAULT_LEARNING_RATE,
      description = "The highest learning rate (default: ${DEFAULT-VALUE}).")
  private double learningRate;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Same seed, steps and threads, same generator (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--threads",
      description = "Threads on a CPU (default: as many as there are processors).")
  private @Nullable Integer threads;

  @Option(
      names = "--licence",
      defaultValue = "not stated",
      paramLabel = "TEXT",
      description = "Terms of the images and the generator, for its card.")
  private String licence = "";

  @Override
  public Integer call() {
    requireAbsent(out);
    TrainingImages training =
        TrainingImages.load(
            data, classes, requirePositive("--per-class", perClass), form(imageSize, channels));
    PrintWriter err = err();
    if (training.skipped() > 0) {
      err.println(training.skipped() + " files could not be read as images and were skipped");
    }
    TrainingSettings settings =
        new TrainingSettings(DiffusionArchitecture.STANDARD, budget(), batch, learningRate, seed);
    EngineDevice device =
        EngineDevice.detect(
            threads == null
                ? Runtime.getRuntime().availableProcessors()
                : requirePositive("--threads", threads),
            EngineDevice.Precision.FLOAT32);
    GeneratorTraining work = new GeneratorTraining(training.images(), settings, device);
    LabelledImages images = training.images().images();
    err.printf(
        "training on %d images of %d classes, whose captions have %d words%n",
        images.size(), images.classes().size(), work.vocabulary().words().size());
    report(run(work, training.name()));
    return 0;
  }

  private GeneratorTraining.Outcome run(GeneratorTraining work, String trainedOn) {
    try (Interruption interruption = new Interruption();
        ProgressLine line = ProgressLine.onTerminal(err())) {
      return work.run(
          trainedOn,
          licence,
          out,
          (fraction, stage) -> {
            line.report(fraction, stage);
            interruption.check();
          });
    }
  }

  private PrintWriter err() {
    return Objects.requireNonNull(spec).commandLine().getErr();
  }

  /// A generator is never overwritten: runs name it by its digest.
  static void requireAbsent(Path out) {
    if (Files.exists(out)) {
      throw new KumiaiException.Conflict(
          "generator-exists", out + " is there already: delete it or name another file");
    }
  }

  static ImageForm form(int imageSize, int channels) {
    try {
      return new ImageForm(imageSize, channels);
    } catch (IllegalArgumentException e) {
      throw new KumiaiException.Invalid(
          "image-form-invalid", "--image-size, --channels: " + e.getMessage(), e);
    }
  }

  static int requirePositive(String option, int value) {
    if (value < 1) {
      throw new KumiaiException.Invalid("option-invalid", option + " is at least 1, not " + value);
    }
    return value;
  }

  private TrainingSettings.Budget budget() {
    if (length != null && length.steps != null) {
      return new TrainingSettings.Budget.Steps(length.steps);
    }
    return new TrainingSettings.Budget.Minutes(
        length == null || length.minutes == null ? DEFAULT_MINUTES : length.minutes);
  }

  private void report(GeneratorTraining.Outcome outcome) {
    Path chart = out.resolveSibling(out.getFileName() + ".loss.png");
    List<LineChart.Point> points = new ArrayList<>();
    List<Float> losses = outcome.losses();
    int each = Math.max(1, losses.size() / CHART_POINTS);
    for (int from = 0; from + each <= losses.size(); from += each) {
      double mean =
          losses.subList(from, from + each).stream()
              .mapToDouble(Float::doubleValue)
              .average()
              .orElse(0);
      points.add(new LineChart.Point(from + each, mean));
    }
    new LineChart(
            "Training of " + out.getFileName(),
            "step",
            "mean squared error of v",
            List.of(new LineChart.Series("loss", points)))
        .write(chart);
    err()
        .printf(
            "%d steps in %.0f s; wrote %s, %s, %s%n",
            losses.size(), outcome.seconds(), out, GeneratorFile.cardBeside(out), chart);
    PrintWriter result = Objects.requireNonNull(spec).commandLine().getOut();
    result.println(outcome.file());
    result.flush();
  }
}
