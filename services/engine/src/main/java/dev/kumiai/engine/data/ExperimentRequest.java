package dev.kumiai.engine.data;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.partition.Partitioner;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What a one-machine experiment is made from: a data set, how it is cut, and the seed. The same
/// request makes the same experiment.
///
/// @param data [#CASTINGS], or a directory with IDX files, class folders, or class folders in
///   domain folders
/// @param test directory to measure on; without it the set's own test part is used where it has
///   one, else a fifth is held out
/// @param partition what [Partitioner] reads; castings also know `plants`
/// @param sites how many sites
/// @param publicImages how many images, as many of each class, are set aside for training
///   generators
/// @param limit how many private images all sites have together at most
/// @param form what images are brought to
/// @param seed every random draw follows from it
/// @param additions for experiments that are compared
public record ExperimentRequest(
    String data,
    @Nullable Path test,
    String partition,
    int sites,
    int publicImages,
    @Nullable Integer limit,
    ImageForm form,
    long seed,
    ExperimentAdditions additions) {

  /// Stands for the built-in pictures of castings.
  public static final String CASTINGS = "castings";

  /// Each site is a plant.
  public static final String PLANTS = "plants";

  /// A single experiment.
  public ExperimentRequest(
      String data,
      @Nullable Path test,
      String partition,
      int sites,
      int publicImages,
      @Nullable Integer limit,
      ImageForm form,
      long seed) {
    this(data, test, partition, sites, publicImages, limit, form, seed, ExperimentAdditions.NONE);
  }

  public ExperimentRequest {
    if (sites < 1 || publicImages < 0 || (limit != null && limit < sites)) {
      throw new KumiaiException.Invalid(
          "experiment-invalid",
          "an experiment has 1 or more sites, 0 or more public images and a limit of at least 1"
              + " image for each site, not %d sites, %d public images and a limit of %s"
                  .formatted(sites, publicImages, limit));
    }
    if (!data.equals(CASTINGS)) {
      data = Path.of(data).toAbsolutePath().normalize().toString();
    } else if (test != null) {
      throw new KumiaiException.Invalid(
          "experiment-invalid", "castings bring their own test images: leave the test folder out");
    }
    test = test == null ? null : test.toAbsolutePath().normalize();
    if (!partition.equals(PLANTS)) {
      Partitioner.parse(partition);
    } else if (!data.equals(CASTINGS)) {
      throw new KumiaiException.Invalid(
          "partition-invalid",
          "only castings have plants: cut folders by iid, dirichlet:BETA, shards:K or domain");
    }
  }

  Partitioner partitioner() {
    return partition.equals(PLANTS) ? new Partitioner.Domain() : Partitioner.parse(partition);
  }

  /// Decides the test set and the public share.
  long splitSeed() {
    Long other = additions.splitSeed();
    return other == null ? seed : other;
  }

  boolean isCastings() {
    return data.equals(CASTINGS);
  }
}
