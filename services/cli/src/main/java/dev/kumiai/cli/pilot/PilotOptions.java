package dev.kumiai.cli.pilot;

import static dev.kumiai.cli.demo.ExperimentOptions.require;

import dev.kumiai.cli.demo.ExperimentOptions;
import dev.kumiai.cli.demo.LoweredName;
import dev.kumiai.cli.demo.Material;
import dev.kumiai.cli.run.Words;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.core.pilot.Arm;
import dev.kumiai.protocol.pilot.Sweep;
import dev.kumiai.protocol.run.GenerationSpec.Guidance;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What a person may choose of a pilot.
public final class PilotOptions {

  private static final double POINTS = 100;

  @Mixin ExperimentOptions experiment = new ExperimentOptions();

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "5",
      description = {
        "How many times all is done, each with a partition, first weights and an order of its own",
        "(default: ${DEFAULT-VALUE}; fewer than 3 are never GO)."
      })
  int seeds = 5;

  @Option(
      names = "--first-seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "The first seed; the others follow it (default: ${DEFAULT-VALUE}).")
  long firstSeed = 1;

  @Option(
      names = "--arms",
      paramLabel = "A",
      split = ",",
      converter = LoweredName.PilotArm.class,
      description = {
        "What is compared: none, generation, classical, shuffled-labels, generated-only, public-only,",
        "public, iid (default: all of them; 'none' has to be there, and nothing is GO without",
        "classical and shuffled-labels)."
      })
  List<Arm> arms = List.of(Arm.values());

  @Option(
      names = "--sweep",
      paramLabel = "X",
      split = ",",
      description = {
        "Amounts that generation is tried with, as multiples of the private images, such as 0.5,1,2.",
        "The best one counts, and the other arms add as much (default: --budget alone)."
      })
  List<Double> sweep = new ArrayList<>();

  @Option(
      names = "--sweep-guidance",
      paramLabel = "G",
      split = ",",
      description =
          "Guidances that every amount of --sweep is tried with, such as prompt,mixed:0.5 (default: --guidance).")
  List<String> sweepGuidance = new ArrayList<>();

  @Option(
      names = "--minimum-gain",
      paramLabel = "POINTS",
      defaultValue = "1",
      description =
          "Points of accuracy that generation has to add to be worth its trouble (default: ${DEFAULT-VALUE}).")
  double minimumGain = 1;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Folder for the report and all that is made on the way (default: .kumiai/pilot). Where the same pilot has begun it goes on.")
  @Nullable Path out;

  List<Long> allSeeds() {
    return LongStream.range(firstSeed, firstSeed + seeds).boxed().toList();
  }

  double minimumShare() {
    return minimumGain / POINTS;
  }

  Material material() {
    return experiment.material(experiment.publicImagesAtSites(), firstSeed);
  }

  /// Null where there is none.
  @Nullable Sweep sweep() {
    return sweep.isEmpty()
        ? null
        : new Sweep(sweep, sweepGuidance.stream().map(PilotOptions::steering).toList());
  }

  private static Sweep.Steering steering(String text) {
    String[] parts = text.split(":", 2);
    Guidance guidance = Guidance.valueOf(parts[0].toUpperCase(Locale.ROOT));
    return new Sweep.Steering(guidance, parts.length == 1 ? null : Double.valueOf(parts[1]));
  }

  /// Refuses what cannot be, with every mistake, before minutes go by.
  void check() {
    List<Violation> mistakes = new ArrayList<>();
    experiment.check(mistakes);
    experiment.checkArms(mistakes);
    require(mistakes, seeds >= 1 && seeds <= 100, "--seeds", "is from 1 to 100");
    require(
        mistakes,
        arms.contains(Arm.NONE) && arms.size() >= 2,
        "--arms",
        "has 'none', the baseline, and something to compare it with");
    require(mistakes, new HashSet<>(arms).size() == arms.size(), "--arms", "names each arm once");
    require(
        mistakes,
        sweep.isEmpty() || arms.contains(Arm.GENERATION),
        "--sweep",
        "needs the arm 'generation', which it varies");
    require(mistakes, sweep.stream().allMatch(x -> x > 0), "--sweep", "has multiples above 0");
    require(
        mistakes,
        sweepGuidance.isEmpty() || !sweep.isEmpty(),
        "--sweep-guidance",
        "belongs to --sweep");
    require(
        mistakes,
        sweepGuidance.stream().allMatch(PilotOptions::isSteering),
        "--sweep-guidance",
        "is a list of prompt, real:X and mixed:X with X from 0 to 1");
    require(
        mistakes,
        minimumGain >= 0 && minimumGain <= 50,
        "--minimum-gain",
        "is from 0 to 50 points");
    if (!mistakes.isEmpty()) {
      throw new KumiaiException.Invalid(
          "pilot-options-invalid", "the pilot cannot start with these options", mistakes);
    }
  }

  private static boolean isSteering(String text) {
    return text.matches("(?i)prompt|(real|mixed)(:(0(\\.\\d+)?|1(\\.0+)?))?");
  }

  /// What the pilot will do, in one line.
  String inWords() {
    return "%s, %s, arms %s"
        .formatted(
            experiment.inWords(),
            Words.count(seeds, "seed"),
            arms.stream().map(Arm::text).collect(Collectors.joining(", ")));
  }
}
