package dev.kumiai.cli.demo;

import static dev.kumiai.cli.demo.ExperimentOptions.require;

import dev.kumiai.cli.prompt.PromptFile;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.protocol.run.GenerationSpec;
import dev.kumiai.protocol.run.GenerationSpec.Allocation;
import dev.kumiai.protocol.run.GenerationSpec.Guidance;
import dev.kumiai.protocol.run.GeneratorRef;
import dev.kumiai.protocol.run.TrainingSpec;
import dev.kumiai.protocol.run.TrainingSpec.GeneratedOrder;
import dev.kumiai.protocol.run.TrainingSpec.TrainsOn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What the sites of an experiment generate, and how they train on it.
final class GenerationOptions {

  /// Generating takes time: a demo on a large data set is not to take hours.
  private static final int MOST_BUDGET = 4_000;

  private static final String BUNDLE = ".zip";
  private static final String CARD = "kumiai.generator";

  @Option(
      names = "--generator",
      paramLabel = "FILE|REF",
      description = {
        "The generator: its file, 'classical' for augmentation, 'public:NAME' for the public share as it is,",
        "or 'remote:NAME' for a service (default: the file that comes with castings; for a folder one is",
        "trained on a public share of it, once)."
      })
  @Nullable String generator;

  @Option(
      names = "--public",
      paramLabel = "N",
      description =
          "Images of the public share that a generator is trained on, or takes (default: 1000).")
  @Nullable Integer publicImages;

  @Option(
      names = "--generator-minutes",
      paramLabel = "N",
      defaultValue = "5",
      description = "How long a generator is trained (default: ${DEFAULT-VALUE}).")
  double generatorMinutes = 5;

  @Option(
      names = "--budget",
      paramLabel = "N",
      description = {
        "Samples that all sites together generate (default: half as many as there are private",
        "images, at most 4000)."
      })
  @Nullable Integer budget;

  @Option(
      names = "--multiple",
      paramLabel = "X",
      description = "The same as a multiple of the private images, instead of --budget.")
  @Nullable Double multiple;

  @Option(
      names = "--allocation",
      paramLabel = "A",
      defaultValue = "deficit",
      converter = LoweredName.Allocation.class,
      description =
          "Who generates how much: equal, inverse, water-filling or deficit (default: ${DEFAULT-VALUE}).")
  Allocation allocation = Allocation.DEFICIT;

  @Option(
      names = "--guidance",
      paramLabel = "G",
      converter = LoweredName.Guidance.class,
      description = {
        "prompt (prompt or class alone), real (from a noised real sample alone) or mixed (both)",
        "(default: prompt; real for classical)."
      })
  @Nullable Guidance guidance;

  @Option(
      names = "--strength",
      paramLabel = "0..1",
      description = "For real and mixed guidance: how far a real sample is changed (default: 0.7).")
  @Nullable Double strength;

  @Option(
      names = "--guidance-scale",
      paramLabel = "X",
      description = "Weight of classifier-free guidance (default: ${DEFAULT-VALUE}).")
  double guidanceScale = GenerationSpec.DEFAULT_GUIDANCE_SCALE;

  @Option(
      names = "--sampling-steps",
      paramLabel = "N",
      description = "Steps of the sampler (default: ${DEFAULT-VALUE}).")
  int samplingSteps = GenerationSpec.DEFAULT_SAMPLING_STEPS;

  @Option(
      names = "--prompts",
      paramLabel = "FILE",
      description =
          "A YAML catalogue of prompts, such as prompts/castings.yaml (default: the class alone).")
  @Nullable Path prompts;

  @Option(
      names = "--no-measures",
      description = {
        "Does not measure the generated sets against the private images, which saves the training of a",
        "small network or two for each set."
      })
  boolean unmeasured;

  @Option(
      names = "--generated-order",
      paramLabel = "O",
      defaultValue = "mixed",
      converter = LoweredName.Order.class,
      description =
          "When generated samples are trained on: mixed, generated-first or generated-last (default: ${DEFAULT-VALUE}).")
  GeneratedOrder generatedOrder = GeneratedOrder.MIXED;

  @Option(
      names = "--train-on",
      paramLabel = "T",
      defaultValue = "private-and-generated",
      converter = LoweredName.TrainOn.class,
      description = {
        "private-and-generated, generated-only, or the control shuffled-labels, which permutes the labels",
        "of generated samples (default: ${DEFAULT-VALUE})."
      })
  TrainsOn trainsOn = TrainsOn.PRIVATE_AND_GENERATED;

  /// What was named, if it is no file.
  Optional<GeneratorRef> ref() {
    String named = generator;
    return named == null || isFile(named)
        ? Optional.empty()
        : Optional.of(GeneratorRef.parse(named));
  }

  /// The file that was named; null for another generator, or the one that comes with the data.
  @Nullable Path file() {
    return generator == null || ref().isPresent() ? null : Path.of(generator);
  }

  /// What the sites are to call the public share; empty where no site needs it.
  Optional<String> publicName() {
    return ref()
        .filter(GeneratorRef.Public.class::isInstance)
        .map(GeneratorRef.Public.class::cast)
        .map(GeneratorRef.Public::name);
  }

  /// Finds what cannot work.
  void check(List<Violation> mistakes) {
    require(mistakes, budget == null || budget >= 1, "--budget", "is at least 1");
    require(mistakes, budget == null || multiple == null, "--multiple", "excludes --budget");
    require(
        mistakes,
        multiple == null || (multiple > 0 && multiple <= 1_000),
        "--multiple",
        "is above 0 and at most 1000");
    try {
      Path file = file();
      if (file != null) {
        checkFile(file, mistakes);
      }
    } catch (KumiaiException.Invalid e) {
      mistakes.add(new Violation("--generator", String.valueOf(e.getMessage())));
    }
    checkPrompts(mistakes);
    require(
        mistakes,
        generatedOrder == GeneratedOrder.MIXED || trainsOn != TrainsOn.GENERATED_ONLY,
        "--generated-order",
        "has no effect with --train-on generated-only");
  }

  /// Finds a file that cannot be a generator. What is in a bundle of `stable-diffusion`, which is
  /// no safetensors file, is for the sites to see.
  private static void checkFile(Path file, List<Violation> mistakes) {
    require(mistakes, Files.isRegularFile(file), "--generator", "there is no file " + file);
    if (!Files.isRegularFile(file) || file.toString().endsWith(BUNDLE)) {
      return;
    }
    try (SafetensorsFile weights = SafetensorsFile.open(file)) {
      require(
          mistakes,
          weights.metadata().containsKey(CARD),
          "--generator",
          file + " has no card under " + CARD + ": it holds weights, but no generator's");
    } catch (IOException e) {
      mistakes.add(new Violation("--generator", file + " cannot be read: " + e.getMessage()));
    }
  }

  /// Finds what has no effect where nothing is generated.
  void checkUnused(List<Violation> mistakes) {
    require(
        mistakes,
        generatedOrder == GeneratedOrder.MIXED,
        "--generated-order",
        "has no effect with --no-generation");
    require(
        mistakes,
        trainsOn == TrainsOn.PRIVATE_AND_GENERATED,
        "--train-on",
        "has no effect with --no-generation");
  }

  /// Finds what the arms of a pilot say, not its options.
  void checkArms(List<Violation> mistakes) {
    require(
        mistakes,
        generator == null || isFile(generator),
        "--generator",
        "is a file: a pilot has arms for classical augmentation and public images");
    require(
        mistakes,
        trainsOn == TrainsOn.PRIVATE_AND_GENERATED,
        "--train-on",
        "is what the arms of a pilot differ in: choose them with --arms");
  }

  private static boolean isFile(String named) {
    return !named.equals(GeneratorRef.CLASSICAL)
        && !named.startsWith(GeneratorRef.PUBLIC)
        && !named.startsWith(GeneratorRef.REMOTE);
  }

  private void checkPrompts(List<Violation> mistakes) {
    if (prompts == null) {
      return;
    }
    try {
      PromptFile.read(prompts);
    } catch (KumiaiException.Invalid e) {
      if (e.violations().isEmpty()) {
        mistakes.add(new Violation("--prompts", String.valueOf(e.getMessage())));
      }
      e.violations()
          .forEach(found -> mistakes.add(new Violation("--prompts" + found.where(), found.what())));
    } catch (KumiaiException.NotFound e) {
      mistakes.add(new Violation("--prompts", String.valueOf(e.getMessage())));
    }
  }

  /// What is asked of the sites.
  ///
  /// @param privateImages that all of them hold
  GenerationSpec spec(GeneratorRef ref, int privateImages) {
    GenerationSpec amount =
        multiple != null
            ? GenerationSpec.ofMultiple(ref, multiple)
            : GenerationSpec.ofTotal(
                ref, budget != null ? budget : Math.clamp(privateImages / 2, 1, MOST_BUDGET));
    Guidance guided = guidance == null ? amount.guidance() : guidance;
    return amount
        .withAllocation(allocation)
        .withPrompts(prompts == null ? null : PromptFile.read(prompts))
        .withGuidance(guided, strength == null ? guided.defaultStrength() : strength)
        .withSampling(guidanceScale, samplingSteps);
  }

  /// Training on private and generated samples as was asked for.
  TrainingSpec use(TrainingSpec training) {
    return training.withGenerated(generatedOrder, trainsOn);
  }

  /// What goes without saying is not said.
  String inWords() {
    List<String> details = new ArrayList<>();
    ref().ifPresent(ref -> details.add(ref.toString()));
    if (guidance != null) {
      details.add("guidance " + LoweredName.lowered(guidance));
    }
    if (prompts != null) {
      details.add("prompts of " + prompts.getFileName());
    }
    if (generatedOrder != GeneratedOrder.MIXED) {
      details.add(LoweredName.lowered(generatedOrder));
    }
    if (trainsOn != TrainsOn.PRIVATE_AND_GENERATED) {
      details.add("training on " + LoweredName.lowered(trainsOn));
    }
    return details.isEmpty() ? "" : " (" + String.join(", ", details) + ")";
  }
}
