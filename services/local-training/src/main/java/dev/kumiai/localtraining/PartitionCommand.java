package dev.kumiai.localtraining;

import dev.kumiai.engine.data.ExperimentAdditions;
import dev.kumiai.engine.data.ExperimentRequest;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.ImageSets;
import dev.kumiai.engine.data.PartitionedExperiment;
import dev.kumiai.engine.data.PartitionedExperiment.Share;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Cuts one data set into the folders of many sites, to try a federation on one machine.
@Command(
    name = "partition",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Cuts one data set into the folders of many sites, an evaluator and a public share, for an"
          + " experiment on one machine. No image is in two of them.",
      ""
    },
    footer = {
      "",
      "Makes OUT/sites/site-1/private/NAME/CLASS/00000.png and so on for each site,",
      "OUT/sites/evaluator/private/NAME-test, OUT/public and OUT/experiment.json.",
      "The same options make the same folders; folders that are there already are left alone.",
      "",
      "Examples:",
      "  partition --out exp",
      "  partition --data mnist --partition dirichlet:0.1 --sites 5 --limit 6000 --out exp",
      "  partition --data eurosat/train --test eurosat/test --image-size 32 --out exp"
    })
public final class PartitionCommand implements Callable<Integer> {

  private static final String DEFAULT_FOLDER_PARTITION = "dirichlet:0.1";

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "castings|DIR",
      defaultValue = ExperimentRequest.CASTINGS,
      description = {
        "The built-in pictures of castings, or a folder with IDX files, a folder for each class, or"
            + " DOMAIN/CLASS folders (default: castings)."
      })
  private String data = ExperimentRequest.CASTINGS;

  @Option(
      names = "--test",
      paramLabel = "DIR",
      description =
          "What the model is measured on. Default: the t10k files beside the IDX files, else a fifth"
              + " of the data is held out.")
  private @Nullable Path test;

  @Option(
      names = "--partition",
      paramLabel = "HOW",
      description =
          "iid, dirichlet:BETA, shards:CLASSES, domain, or for castings plants (default: plants for"
              + " castings, else "
              + DEFAULT_FOLDER_PARTITION
              + ").")
  private @Nullable String partition;

  @Option(
      names = "--sites",
      paramLabel = "N",
      defaultValue = "4",
      description = "How many sites (default: ${DEFAULT-VALUE}).")
  private int sites;

  @Option(
      names = "--public",
      paramLabel = "N",
      defaultValue = "1000",
      description =
          "Images set aside for training a generator, as many of each class (default:"
              + " ${DEFAULT-VALUE}).")
  private int publicImages;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description =
          "Images that all sites have together at most (default: all; castings: 300 a site).")
  private @Nullable Integer limit;

  @Option(
      names = "--image-size",
      paramLabel = "PIXELS",
      defaultValue = "32",
      description = "Height and width that images are brought to (default: ${DEFAULT-VALUE}).")
  private int imageSize;

  @Option(
      names = "--channels",
      paramLabel = "1|3",
      description = "1 for grey, 3 for RGB (default: as the data is; castings: 1).")
  private @Nullable Integer channels;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Every random draw follows from it (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--split-seed",
      paramLabel = "N",
      description =
          "Decides the test set and the public share, for several cuts that are to have the same"
              + " (default: the seed).")
  private @Nullable Long splitSeed;

  @Option(
      names = "--prefix",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "What the names of all sites begin with, such as s1- (default: nothing).")
  private String prefix = "";

  @Option(
      names = "--iid",
      description =
          "Give each site a second data set NAME-iid: the images of all sites, spread evenly.")
  private boolean iid;

  @Option(
      names = "--public-at-sites",
      paramLabel = "FOLDER",
      description = "Let the sites see the public share, as their folder public/FOLDER.")
  private @Nullable String publicAtSites;

  @Option(names = "--out", paramLabel = "DIR", required = true, description = "What to make.")
  private Path out = Path.of("");

  @Override
  public Integer call() {
    CommandSpec command = Objects.requireNonNull(spec);
    PrintWriter err = command.commandLine().getErr();
    PartitionedExperiment experiment =
        PartitionedExperiment.materialise(
            request(command),
            out,
            (_, stage) -> {
              err.println(stage);
              err.flush();
            });
    PrintWriter to = command.commandLine().getOut();
    print(experiment, to);
    to.flush();
    return 0;
  }

  private ExperimentRequest request(CommandSpec command) {
    if (imageSize < 8 || imageSize > 512) {
      throw new ParameterException(
          command.commandLine(), "--image-size is 8 to 512 pixels, not " + imageSize);
    }
    if (channels != null && channels != 1 && channels != 3) {
      throw new ParameterException(
          command.commandLine(), "--channels is 1 for grey or 3 for RGB, not " + channels);
    }
    boolean castings = data.equals(ExperimentRequest.CASTINGS);
    String how = partition;
    if (how == null) {
      how = castings ? ExperimentRequest.PLANTS : DEFAULT_FOLDER_PARTITION;
    }
    Integer planes = channels;
    if (planes == null) {
      planes = castings ? 1 : ImageSets.channelsOf(Path.of(data));
    }
    return new ExperimentRequest(
        data,
        test,
        how,
        sites,
        publicImages,
        limit,
        new ImageForm(imageSize, planes),
        seed,
        new ExperimentAdditions(prefix, splitSeed, iid, publicAtSites));
  }

  private static void print(PartitionedExperiment experiment, PrintWriter to) {
    to.printf(
        "%s, %d x %d, %s: %d classes%n",
        experiment.dataset(),
        experiment.form().size(),
        experiment.form().size(),
        experiment.form().channels() == 1 ? "grey" : "RGB",
        experiment.classes().size());
    print(experiment.publicShare(), to);
    print(experiment.test(), to);
    experiment.sites().forEach(site -> print(site, to));
    experiment.iid().forEach(site -> print(site, to));
    if (experiment.duplicates() > 0) {
      to.printf("%d images left out: they occur twice%n", experiment.duplicates());
    }
    if (!experiment.unreadable().isEmpty()) {
      to.printf(
          "%d files left out: they are no images, experiment.json names them%n",
          experiment.unreadable().size());
    }
  }

  private static void print(Share share, PrintWriter to) {
    to.printf("%-10s %6d  %s%n", share.name(), share.total(), share.counts());
  }
}
