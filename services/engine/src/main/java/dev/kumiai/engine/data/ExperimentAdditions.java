package dev.kumiai.engine.data;

import com.google.gson.JsonObject;
import dev.kumiai.core.KumiaiException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What an experiment has besides, when it is one of several that are compared.
///
/// @param prefix of the names of all sites, so that those of several experiments can enrol at one
///   aggregator
/// @param splitSeed decides the test set and the public share in place of the experiment's seed, so
///   that several experiments have the same; null where there is one only
/// @param iid whether each site gets a second data set, named `<data set>-iid`: the images of all
///   sites, spread evenly. An image is at one site of it, but may be there in the other set of
///   another site
/// @param publicAtSites the sites see the public share as their folder `public/<name>`; null where
///   they do not
public record ExperimentAdditions(
    String prefix, @Nullable Long splitSeed, boolean iid, @Nullable String publicAtSites) {

  private static final Pattern PREFIX = Pattern.compile("[a-z0-9-]{0,40}");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

  /// A single experiment.
  public static final ExperimentAdditions NONE = new ExperimentAdditions("", null, false, null);

  public ExperimentAdditions {
    if (!PREFIX.matcher(prefix).matches() || prefix.startsWith("-")) {
      throw new KumiaiException.Invalid(
          "experiment-invalid",
          "sites are named with at most 40 small letters, digits and '-' before the rest, not '%s'"
              .formatted(prefix));
    }
    if (publicAtSites != null && !NAME.matcher(publicAtSites).matches()) {
      throw new KumiaiException.Invalid(
          "experiment-invalid",
          "a folder of public images is named with letters, digits, '.', '_' and '-', not '%s'"
              .formatted(publicAtSites));
    }
  }

  /// Adds what differs from a single experiment: the others are described as they always were.
  void describe(JsonObject arguments) {
    if (!prefix.isEmpty()) {
      arguments.addProperty("prefix", prefix);
    }
    if (splitSeed != null) {
      arguments.addProperty("splitSeed", splitSeed);
    }
    if (iid) {
      arguments.addProperty("iid", true);
    }
    if (publicAtSites != null) {
      arguments.addProperty("publicAtSites", publicAtSites);
    }
  }
}
