package dev.kumiai.engine.data;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunSeed;
import dev.kumiai.core.partition.Partition;
import dev.kumiai.core.partition.Partitioner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The images of an experiment, each in one place only: the public share, one site or the test set.
///
/// @param sites one set for each site
/// @param iid the images of all sites, spread evenly over them: one set for each site, or none
/// @param duplicates images that were left out because the test set, or an image before them, shows
///   the same
record ExperimentImages(
    LabelledImages publicShare,
    List<LabelledImages> sites,
    List<LabelledImages> iid,
    LabelledImages test,
    int duplicates) {

  private static final int HELD_OUT_SHARE = 5;

  /// Cuts `source` as `request` says.
  static ExperimentImages cut(ExperimentRequest request, ExperimentSource source) {
    RunSeed seed = new RunSeed(request.seed());
    RunSeed split = new RunSeed(request.splitSeed());
    LabelledImages all = source.images();
    boolean[] free = new boolean[all.size()];
    Arrays.fill(free, true);

    LabelledImages test = source.test();
    if (test == null) {
      test = all.select(take(all, free, heldOut(all), split.generator("test", 0, "")));
    }
    LabelledImages ready = source.publicShare();
    Set<Digest> taken = new HashSet<>();
    addAll(taken, test);
    int duplicates = 0;
    if (ready != null) {
      LabelledImages fresh = withoutTaken(ready, taken);
      duplicates = ready.size() - fresh.size();
      ready = fresh;
    }
    duplicates += dropTaken(all, free, taken);
    LabelledImages publicShare =
        ready != null
            ? ready
            : all.select(
                take(
                    all, free, publicCounts(request, all, free), split.generator("public", 0, "")));

    int[] pool = limited(free, request.limit(), seed.generator("limit", 0, ""));
    List<LabelledImages> sites =
        select(all, pool, assign(request, source, pool, seed.generator("partition", 0, "")));
    List<LabelledImages> even =
        request.additions().iid()
            ? select(all, pool, evenly(all, pool, request.sites(), seed.generator("iid", 0, "")))
            : List.of();
    return new ExperimentImages(publicShare, sites, even, test, duplicates);
  }

  private static List<LabelledImages> select(LabelledImages all, int[] pool, List<int[]> parts) {
    return parts.stream()
        .map(part -> all.select(Arrays.stream(part).map(i -> pool[i]).toArray()))
        .toList();
  }

  private static List<int[]> evenly(
      LabelledImages all, int[] pool, int sites, RandomGenerator random) {
    return new Partitioner.Iid()
        .assign(Arrays.stream(pool).map(all::label).toArray(), sites, random);
  }

  private static List<int[]> assign(
      ExperimentRequest request, ExperimentSource source, int[] pool, RandomGenerator random) {
    Partitioner partitioner = request.partitioner();
    if (!(partitioner instanceof Partitioner.Domain)) {
      return partitioner.assign(
          Arrays.stream(pool).map(source.images()::label).toArray(), request.sites(), random);
    }
    if (source.domains().size() != request.sites()) {
      throw new KumiaiException.Invalid(
          "partition-impossible",
          source.domains().isEmpty()
              ? "a partition by domain needs folders <domain>/<class>/: "
                  + request.data()
                  + " has"
                  + " none"
              : "%s has %d domains %s and so makes as many sites, not %d"
                  .formatted(
                      request.data(), source.domains().size(), source.domains(), request.sites()));
    }
    return Partition.ofDomains(Arrays.stream(pool).map(source::domain).toArray(), request.sites());
  }

  private static int[] heldOut(LabelledImages all) {
    return Arrays.stream(all.countPerClass()).map(count -> count / HELD_OUT_SHARE).toArray();
  }

  private static int[] publicCounts(ExperimentRequest request, LabelledImages all, boolean[] free) {
    int classes = all.classes().size();
    int[] available = new int[classes];
    for (int i = 0; i < free.length; i++) {
      available[all.label(i)] += free[i] ? 1 : 0;
    }
    int[] wanted = new int[classes];
    for (int c = 0; c < classes; c++) {
      wanted[c] = (request.publicImages() + classes - 1 - c) / classes;
      if (wanted[c] > 0 && wanted[c] >= available[c]) {
        throw new KumiaiException.Invalid(
            "public-share-too-large",
            "%d public images would take %d of class %s, which has %d: set fewer aside"
                .formatted(request.publicImages(), wanted[c], all.classes().get(c), available[c]));
      }
    }
    return wanted;
  }

  /// Takes random free images, as many of each class as `wanted`, and marks them.
  private static int[] take(
      LabelledImages all, boolean[] free, int[] wanted, RandomGenerator random) {
    int[] left = wanted.clone();
    List<Integer> taken = new ArrayList<>();
    for (int i : shuffled(free, random)) {
      if (left[all.label(i)] > 0) {
        left[all.label(i)]--;
        free[i] = false;
        taken.add(i);
      }
    }
    return taken.stream().mapToInt(Integer::intValue).sorted().toArray();
  }

  private static int[] limited(boolean[] free, @Nullable Integer limit, RandomGenerator random) {
    int[] order = shuffled(free, random);
    return Arrays.stream(order).limit(limit == null ? order.length : limit).sorted().toArray();
  }

  private static int[] shuffled(boolean[] free, RandomGenerator random) {
    int[] order = IntStream.range(0, free.length).filter(i -> free[i]).toArray();
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }

  private static void addAll(Set<Digest> contents, LabelledImages images) {
    for (int i = 0; i < images.size(); i++) {
      contents.add(images.contentDigest(i));
    }
  }

  /// Marks images as not free whose content is in `taken`, or occurs before them.
  private static int dropTaken(LabelledImages images, boolean[] free, Set<Digest> taken) {
    int dropped = 0;
    for (int i = 0; i < free.length; i++) {
      if (free[i] && !taken.add(images.contentDigest(i))) {
        free[i] = false;
        dropped++;
      }
    }
    return dropped;
  }

  private static LabelledImages withoutTaken(LabelledImages images, Set<Digest> taken) {
    boolean[] free = new boolean[images.size()];
    Arrays.fill(free, true);
    dropTaken(images, free, taken);
    return images.select(IntStream.range(0, free.length).filter(i -> free[i]).toArray());
  }
}
