package dev.kumiai.cli.pilot;

import static dev.kumiai.cli.demo.ExperimentOptions.require;

import dev.kumiai.cli.demo.ExperimentOptions;
import dev.kumiai.cli.demo.LoweredName;
import dev.kumiai.cli.demo.Material;
import dev.kumiai.cli.run.Words;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.core.pilot.Arm;
import dev.kumiai.core.privacy.LikelihoodRatioAttack;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What a person may choose of a pilot.
public final class PilotOptions {

  private static final double POINTS = 100;
  private static final int DEFAULT_SHADOWS = 8;

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

  @Mixin SweepOptions sweep = new SweepOptions();

  @Option(
      names = "--minimum-gain",
      paramLabel = "POINTS",
      defaultValue = "1",
      description =
          "Points of accuracy that generation has to add to be worth its trouble (default: ${DEFAULT-VALUE}).")
  double minimumGain = 1;

  @Option(
      names = "--attack",
      paramLabel = "N",
      arity = "0..1",
      fallbackValue = "" + DEFAULT_SHADOWS,
      description = {
        "Attacks the last models, with generation and without, of the first seed: can one tell which images",
        "they were trained on? N is the shadow models that are trained for it, an even number from 4 to 64,",
        "or 0 to attack by loss alone (default: no attack; without N, "
            + DEFAULT_SHADOWS
            + "). A finished pilot can be attacked later."
      })
  @Nullable Integer attack;

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
    sweep.check(arms.contains(Arm.GENERATION), mistakes);
    require(
        mistakes,
        minimumGain >= 0 && minimumGain <= 50,
        "--minimum-gain",
        "is from 0 to 50 points");
    require(
        mistakes,
        attack == null || attack == 0 || LikelihoodRatioAttack.isPossible(attack),
        "--attack",
        "is 0 or an even number from %d to %d"
            .formatted(LikelihoodRatioAttack.LEAST_SHADOWS, LikelihoodRatioAttack.MOST_SHADOWS));
    require(
        mistakes,
        attack == null || !experiment.sitesDifferInKind(),
        "--attack",
        "asks for images of sites and of the test set, and would tell their kinds apart where sites are plants or domains: choose --partition iid, dirichlet:BETA or shards:CLASSES");
    if (!mistakes.isEmpty()) {
      throw new KumiaiException.Invalid(
          "pilot-options-invalid", "the pilot cannot start with these options", mistakes);
    }
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
