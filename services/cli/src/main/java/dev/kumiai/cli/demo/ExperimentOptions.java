package dev.kumiai.cli.demo;

import dev.kumiai.cli.run.Words;
import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.protocol.run.ModelSpec.Architecture;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.run.TrainingSpec.TrainsOn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What a person may choose of any run on one machine: data, sites, training, generation.
public final class ExperimentOptions {

  /// The name of the procedural data set, as against a folder.
  static final String CASTINGS = Material.CASTINGS;

  private static final int DEFAULT_PUBLIC = 1_000;
  private static final int DEFAULT_ROUNDS = 12;

  @Option(
      names = "--data",
      paramLabel = "castings|DIR",
      defaultValue = CASTINGS,
      description = {
        "What is trained on: the built-in pictures of castings, or a folder with IDX files or one",
        "sub-folder of images per class (default: castings)."
      })
  String data = CASTINGS;

  @Option(
      names = "--test",
      paramLabel = "DIR",
      description = "Folder to measure on; without it a share of the data is held back.")
  @Nullable Path test;

  @Option(
      names = "--partition",
      paramLabel = "P",
      description =
          "How data falls to sites: iid, dirichlet:BETA, shards:CLASSES or domain (castings: by plant).")
  @Nullable String partition;

  @Option(
      names = "--sites",
      paramLabel = "N",
      defaultValue = "4",
      description = "Sites (default: ${DEFAULT-VALUE}).")
  int sites = 4;

  @Option(
      names = "--groups",
      paramLabel = "N",
      defaultValue = "2",
      description =
          "Groups of sites, each with a generation and a training process (default: ${DEFAULT-VALUE}).")
  int groups = 2;

  @Option(names = "--rounds", paramLabel = "N", description = "Rounds of training (default: 12).")
  @Nullable Integer rounds;

  @Option(
      names = "--model",
      paramLabel = "M",
      defaultValue = "cnn",
      converter = LoweredName.Model.class,
      description = "mlp, cnn or resnet20 (default: ${DEFAULT-VALUE}).")
  Architecture model = Architecture.CNN;

  @Option(
      names = "--image-size",
      paramLabel = "PIXELS",
      description =
          "Height and width that images are brought to (default: 32, or the generator's).")
  @Nullable Integer imageSize;

  @Option(
      names = "--channels",
      paramLabel = "1|3",
      description = "1 for grey, 3 for RGB (default: the data's, or the generator's).")
  @Nullable Integer channels;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Use at most so many images of the data.")
  @Nullable Integer limit;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description =
          "Batches that a site trains on per round (default: 40, unless --epochs is given).")
  @Nullable Integer steps;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over its data that a site trains per round, instead of --steps.")
  @Nullable Integer epochs;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      defaultValue = "0.05",
      description = "Step size of SGD (default: ${DEFAULT-VALUE}).")
  double learningRate = 0.05;

  @Mixin StrategyOptions strategy = new StrategyOptions();

  @Mixin GenerationOptions generation = new GenerationOptions();

  /// What the sites' data and the generator are made of.
  ///
  /// @param images of the public share
  /// @param seed of the generator's training
  public Material material(int images, long seed) {
    return new Material(
        data,
        test,
        partitionOrDefault(),
        sites,
        images,
        limit,
        imageSize,
        channels,
        generation.file(),
        generation.generatorMinutes,
        seed);
  }

  public int rounds() {
    return rounds == null ? DEFAULT_ROUNDS : rounds;
  }

  /// Whether generated sets are measured.
  public boolean measures() {
    return !generation.unmeasured;
  }

  /// Whether somebody said how many rounds there are.
  public boolean roundsAreChosen() {
    return rounds != null;
  }

  boolean isCastings() {
    return data.equals(CASTINGS);
  }

  String partitionOrDefault() {
    return partition != null ? partition : isCastings() ? "plants" : "dirichlet:0.1";
  }

  /// Whether the images of a site are of another kind than those of another and than the test
  /// set's, and not only of other classes.
  public boolean sitesDifferInKind() {
    return List.of("plants", "domain").contains(partitionOrDefault());
  }

  /// Groups of sites.
  public int groups() {
    return groups;
  }

  /// Images of the public share where the sites themselves are to have them.
  public int publicImagesAtSites() {
    return generation.publicImages == null ? DEFAULT_PUBLIC : generation.publicImages;
  }

  /// Castings bring a generator, which needs no public share here.
  public int publicImagesOrDefault() {
    if (generation.publicImages != null) {
      return generation.publicImages;
    }
    // The baseline sets it aside all the same: both arms have the same partition.
    return isCastings() && generation.publicName().isEmpty() ? 0 : DEFAULT_PUBLIC;
  }

  /// Finds what cannot be, before minutes go by.
  public void check(List<Violation> mistakes) {
    require(mistakes, sites >= 1, "--sites", "is at least 1");
    require(mistakes, groups >= 1, "--groups", "is at least 1");
    require(mistakes, rounds() >= 1, "--rounds", "is at least 1");
    require(mistakes, steps == null || epochs == null, "--epochs", "excludes --steps");
    strategy.check(sites, mistakes);
    require(
        mistakes,
        isCastings() || Files.isDirectory(Path.of(data)),
        "--data",
        "is 'castings' or a folder, and there is no folder " + data);
    require(
        mistakes, test == null || Files.isDirectory(test), "--test", "there is no folder " + test);
    generation.check(mistakes);
    require(
        mistakes,
        strategy.weighting == StrategySpec.Weighting.ALL
            || generation.trainsOn != TrainsOn.GENERATED_ONLY,
        "--weighting",
        "is all with --train-on generated-only");
  }

  /// Finds what the arms of a pilot say, not its options.
  public void checkArms(List<Violation> mistakes) {
    generation.checkArms(mistakes);
  }

  /// Notes a mistake unless something holds.
  public static void require(
      List<Violation> mistakes, boolean holds, String option, String otherwise) {
    if (!holds) {
      mistakes.add(new Violation(option, otherwise));
    }
  }

  /// Data, sites and training, in one line.
  public String inWords() {
    return "%s, %s by %s, %s of %s%s"
        .formatted(
            data,
            Words.count(sites, "site"),
            partitionOrDefault(),
            Words.count(rounds(), "round"),
            model.name().toLowerCase(Locale.ROOT),
            strategy.inWords());
  }
}
