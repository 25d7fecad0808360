package dev.kumiai.core.partition;

import dev.kumiai.core.KumiaiException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// The algorithms behind [Partitioner].
public final class Partition {

  private static final int MAX_DRAWS = 10_000;

  private Partition() {}

  /// One part for each domain.
  ///
  /// @param domains domain of each sample, from 0
  /// @param sites how many domains there are
  /// @return for each domain the indices of its samples, ascending
  public static List<int[]> ofDomains(int[] domains, int sites) {
    return byValue(domains, sites);
  }

  static List<int[]> assign(
      Partitioner partitioner, int[] labels, int sites, RandomGenerator random) {
    if (sites < 1) {
      throw new KumiaiException.Invalid(
          "partition-invalid", "there is at least 1 site, not " + sites);
    }
    int[] site =
        switch (partitioner) {
          case Partitioner.Iid _ -> iid(labels, sites, random);
          case Partitioner.Dirichlet dirichlet -> dirichlet(dirichlet, labels, sites, random);
          case Partitioner.Shards(int perSite) -> shards(perSite, labels, sites, random);
          case Partitioner.Domain _ ->
              throw new KumiaiException.Invalid(
                  "partition-needs-domains",
                  "a partition by domain needs data in folders <domain>/<class>/: there are none");
        };
    return byValue(site, sites);
  }

  private static List<int[]> byValue(int[] values, int groups) {
    return IntStream.range(0, groups)
        .mapToObj(
            group -> IntStream.range(0, values.length).filter(i -> values[i] == group).toArray())
        .toList();
  }

  private static int[] iid(int[] labels, int sites, RandomGenerator random) {
    int[] site = new int[labels.length];
    int next = 0;
    for (int[] members : perClass(labels)) {
      shuffle(members, random);
      for (int sample : members) {
        // Goes on where the class before ended, so that remainders do not all go to the first site.
        site[sample] = next++ % sites;
      }
    }
    return site;
  }

  private static int[] shards(int perSite, int[] labels, int sites, RandomGenerator random) {
    long shards = (long) sites * perSite;
    if (labels.length < shards) {
      throw new KumiaiException.Invalid(
          "partition-impossible",
          "%d samples cannot be cut into %d sites x %d shards: take fewer"
              .formatted(labels.length, sites, perSite));
    }
    List<int[]> classes = perClass(labels);
    classes.forEach(members -> shuffle(members, random));
    int[] order = classes.stream().flatMapToInt(Arrays::stream).toArray();
    int[] owners = IntStream.range(0, (int) shards).map(shard -> shard % sites).toArray();
    shuffle(owners, random);
    int[] site = new int[labels.length];
    for (int i = 0; i < order.length; i++) {
      site[order[i]] = owners[(int) (i * shards / order.length)];
    }
    return site;
  }

  private static int[] dirichlet(
      Partitioner.Dirichlet dirichlet, int[] labels, int sites, RandomGenerator random) {
    if (labels.length < (long) dirichlet.minimum() * sites) {
      throw new KumiaiException.Invalid(
          "partition-impossible",
          "%d samples are too few for %d sites with at least %d each: take fewer sites"
              .formatted(labels.length, sites, dirichlet.minimum()));
    }
    List<int[]> classes = perClass(labels);
    for (int draw = 0; draw < MAX_DRAWS; draw++) {
      int[] site = drawDirichlet(dirichlet.beta(), classes, labels.length, sites, random);
      int[] sizes = new int[sites];
      for (int owner : site) {
        sizes[owner]++;
      }
      if (Arrays.stream(sizes).min().orElse(0) >= dirichlet.minimum()) {
        return site;
      }
    }
    throw new KumiaiException.Invalid(
        "partition-impossible",
        "none of %d draws of %s gave each of %d sites %d samples: raise beta, or lower the minimum"
            .formatted(MAX_DRAWS, dirichlet, sites, dirichlet.minimum()));
  }

  private static int[] drawDirichlet(
      double beta, List<int[]> classes, int samples, int sites, RandomGenerator random) {
    int[] site = new int[samples];
    for (int[] members : classes) {
      shuffle(members, random);
      double[] share = Dirichlets.sample(beta, sites, random);
      double cumulative = 0;
      int from = 0;
      for (int s = 0; s < sites; s++) {
        cumulative += share[s];
        int to = s == sites - 1 ? members.length : (int) Math.round(cumulative * members.length);
        for (; from < to; from++) {
          site[members[from]] = s;
        }
      }
    }
    return site;
  }

  private static List<int[]> perClass(int[] labels) {
    int classes = Arrays.stream(labels).max().orElse(-1) + 1;
    return new ArrayList<>(byValue(labels, classes));
  }

  /// Fisher and Yates.
  private static void shuffle(int[] values, RandomGenerator random) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
  }
}
