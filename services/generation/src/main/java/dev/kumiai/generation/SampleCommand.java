package dev.kumiai.generation;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.prompt.Prompt;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.ContactSheet;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.generator.GenerationRequest;
import dev.kumiai.engine.generator.Generator;
import dev.kumiai.engine.generator.GeneratorFile;
import dev.kumiai.engine.generator.Guidance;
import dev.kumiai.engine.generator.stable.StableDiffusionBundle;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Draws samples from a generator for a person to look at.
@Command(
    name = "sample",
    mixinStandardHelpOptions = true,
    description = "Draws samples of each class from a generator, onto one sheet.")
public final class SampleCommand implements Callable<Integer> {

  private static final double NANOS = 1e9;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      paramLabel = "FILE",
      description = "The generator: a file, or a bundle of stable-diffusion.")
  private Path file = Path.of("");

  @Option(
      names = "--out",
      defaultValue = "samples.png",
      paramLabel = "PNG",
      description = "The sheet (default: ${DEFAULT-VALUE}).")
  private Path out = Path.of("");

  @Option(
      names = "--classes",
      split = ",",
      paramLabel = "NAME,...",
      description = "The classes to draw (default: all that it was trained on).")
  private List<String> classes = List.of();

  @Option(
      names = "--count",
      defaultValue = "12",
      description = "Samples of each class (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description =
          "Words for what the samples show besides the class: 'severe, brushed, dim'. Words that the"
              + " generator has not learnt are named and ignored.")
  private @Nullable String prompt;

  @Option(
      names = "--guidance-scale",
      defaultValue = "2",
      description = "Weight of the class; 1 is no guidance (default: ${DEFAULT-VALUE}).")
  private double guidanceScale;

  @Option(
      names = "--sampling-steps",
      defaultValue = "25",
      description = "Denoising steps (default: ${DEFAULT-VALUE}).")
  private int samplingSteps;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Same seed, same samples (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--threads",
      defaultValue = "1",
      description = "Threads on a CPU (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Override
  public Integer call() {
    Opened opened = open();
    List<String> wanted = classes.isEmpty() ? opened.classes() : classes;
    EngineDevice device =
        EngineDevice.detect(
            TrainGeneratorCommand.requirePositive("--threads", threads),
            EngineDevice.Precision.FLOAT32);
    PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
    long begun = System.nanoTime();
    LabelledImages drawn;
    try (Generator generator = opened.loader().load(() -> device);
        ProgressLine line = ProgressLine.onTerminal(err)) {
      drawn = draw(generator, wanted, line);
    }
    double seconds = (System.nanoTime() - begun) / NANOS;
    ContactSheet.write(file.getFileName() + " " + opened.digest(), drawn, count, out);
    err.printf(
        "%d samples in %.1f s (%.1f a second); wrote %s%n",
        drawn.size(), seconds, drawn.size() / seconds, out);
    return 0;
  }

  /// @param classes those that it knows, or those that it is asked for
  private record Opened(Digest digest, List<String> classes, Generators.Found loader) {}

  private Opened open() {
    if (!StableDiffusionBundle.isBundle(file)) {
      GeneratorFile opened = GeneratorFile.open(file);
      return new Opened(
          opened.digest(), opened.card().classes(), device -> opened.load(device.get()));
    }
    StableDiffusionBundle bundle = StableDiffusionBundle.open(file);
    if (classes.isEmpty()) {
      throw new KumiaiException.Invalid(
          "classes-missing",
          "a stable-diffusion generator draws whatever has a name: say what with --classes");
    }
    ImageForm form = new ImageForm(bundle.imageSize(), 3);
    return new Opened(bundle.digest(), classes, device -> bundle.load(device.get(), form));
  }

  private LabelledImages draw(Generator generator, List<String> wanted, ProgressLine line) {
    IntFunction<Prompt> prompts = prompts(generator);
    LabelledImages[] all = {LabelledImages.none(wanted, generator.capabilities().form())};
    for (int i = 0; i < wanted.size(); i++) {
      String label = wanted.get(i);
      int index = i;
      double before = i;
      generator.generate(
          new GenerationRequest(
              label, 0, count, prompts, new Guidance.Prompt(), guidanceScale, samplingSteps, seed),
          batch -> all[0] = all[0].plus(labelled(batch, wanted, index)),
          (fraction, _) -> line.report((before + fraction) / wanted.size(), label));
    }
    return all[0];
  }

  /// Images that all have one label, among other classes.
  private static LabelledImages labelled(LabelledImages batch, List<String> among, int label) {
    List<byte[]> pixels = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      byte[] image = new byte[batch.form().values()];
      batch.copyPixels(i, image, 0);
      pixels.add(image);
    }
    int[] labels = new int[batch.size()];
    Arrays.fill(labels, label);
    return LabelledImages.of(among, batch.form(), pixels, labels);
  }

  private @Nullable IntFunction<Prompt> prompts(Generator generator) {
    if (prompt == null) {
      return null;
    }
    List<String> ignored = generator.ignoredWords(prompt);
    if (!ignored.isEmpty()) {
      Objects.requireNonNull(spec)
          .commandLine()
          .getErr()
          .println("the generator has not learnt and ignores: " + String.join(", ", ignored));
    }
    Prompt told = new Prompt(prompt);
    return _ -> told;
  }
}
