package dev.kumiai.core.partition;

import dev.kumiai.core.KumiaiException;
import java.util.List;
import java.util.random.RandomGenerator;

/// Cuts the samples of one data set into disjoint parts, one for each site.
public sealed interface Partitioner {

  /// Every site gets the same share of every class, up to one sample.
  record Iid() implements Partitioner {
    @Override
    public String toString() {
      return "iid";
    }
  }

  /// Each class is shared out by proportions drawn from a symmetric Dirichlet distribution: p ~
  /// Dir(beta, ..., beta), as in Hsu et al. 2019 (arXiv 1909.06335). The smaller beta, the more
  /// one-sided the sites. Draws in which a site gets fewer than `minimum` samples are repeated (Li
  /// et al. 2021, arXiv 2102.02079).
  ///
  /// @param minimum smallest number of samples of a site
  record Dirichlet(double beta, int minimum) implements Partitioner {
    /// Enough for a batch or two, as in the paper's experiments.
    public static final int DEFAULT_MINIMUM = 10;

    public Dirichlet {
      if (!(beta > 0) || Double.isInfinite(beta)) {
        throw new KumiaiException.Invalid(
            "partition-invalid", "the beta of a Dirichlet partition is above 0, not " + beta);
      }
      if (minimum < 0) {
        throw new KumiaiException.Invalid(
            "partition-invalid",
            "the smallest site of a Dirichlet partition has 0 or more samples, not " + minimum);
      }
    }

    @Override
    public String toString() {
      return "dirichlet:" + beta + ":" + minimum;
    }
  }

  /// Samples are sorted by class and cut into sites x k pieces of equal size, of which each site
  /// gets k at random (McMahan et al. 2017, arXiv 1602.05629): a site sees about k classes.
  ///
  /// @param perSite the k
  record Shards(int perSite) implements Partitioner {
    public Shards {
      if (perSite < 1) {
        throw new KumiaiException.Invalid(
            "partition-invalid", "each site gets 1 or more shards, not " + perSite);
      }
    }

    @Override
    public String toString() {
      return "shards:" + perSite;
    }
  }

  /// Each site is one domain: a plant, a camera, a country. Who holds the samples knows their
  /// domains, so [Partition#ofDomains] takes those instead of drawing.
  record Domain() implements Partitioner {
    @Override
    public String toString() {
      return "domain";
    }
  }

  /// Reads `iid`, `dirichlet:BETA`, `dirichlet:BETA:MINIMUM`, `shards:K` or `domain`.
  ///
  /// @throws KumiaiException.Invalid `partition-invalid`
  static Partitioner parse(String text) {
    String[] parts = text.split(":", -1);
    try {
      return switch (parts[0] + "/" + (parts.length - 1)) {
        case "iid/0" -> new Iid();
        case "domain/0" -> new Domain();
        case "shards/1" -> new Shards(Integer.parseInt(parts[1]));
        case "dirichlet/1" ->
            new Dirichlet(Double.parseDouble(parts[1]), Dirichlet.DEFAULT_MINIMUM);
        case "dirichlet/2" ->
            new Dirichlet(Double.parseDouble(parts[1]), Integer.parseInt(parts[2]));
        default -> throw unknown(text);
      };
    } catch (NumberFormatException e) {
      throw unknown(text);
    }
  }

  private static KumiaiException unknown(String text) {
    return new KumiaiException.Invalid(
        "partition-invalid",
        "'"
            + text
            + "' is no partition: use iid, dirichlet:BETA, dirichlet:BETA:MINIMUM, shards:K or"
            + " domain, for example dirichlet:0.1");
  }

  /// Assigns every sample to exactly one site.
  ///
  /// @param labels class of each sample, from 0
  /// @param sites how many parts to make
  /// @return for each site the indices of its samples, ascending
  /// @throws KumiaiException.Invalid `partition-impossible` when there are too few samples
  default List<int[]> assign(int[] labels, int sites, RandomGenerator random) {
    return Partition.assign(this, labels, sites, random);
  }
}
