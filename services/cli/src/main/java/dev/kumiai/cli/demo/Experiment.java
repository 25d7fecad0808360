package dev.kumiai.cli.demo;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.DeserializationFeature;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.KumiaiJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A data set that `partition` cut into sites, as its `experiment.json` tells.
///
/// @param folder what `partition` wrote
/// @param text what stands in its `experiment.json`
public record Experiment(Path folder, Text text) {

  private static final String FILE = "experiment.json";

  /// The parts of `experiment.json` that are looked at.
  ///
  /// @param duplicates images left out because they were somewhere else already
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Text(
      String dataset,
      String testDataset,
      List<String> classes,
      int imageSize,
      int channels,
      List<Share> sites,
      Share evaluator,
      int duplicates) {}

  /// The images in one place.
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Share(String name, Map<String, Integer> counts) {
    /// Images of all classes.
    public int total() {
      return counts.values().stream().mapToInt(Integer::intValue).sum();
    }
  }

  /// Reads what `partition` wrote.
  static Experiment read(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      return new Experiment(
          folder,
          KumiaiJson.mapper()
              .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
              .readValue(file.toFile(), Text.class));
    } catch (IOException e) {
      throw new KumiaiException.Unavailable(
          "experiment-unreadable", file + " cannot be read: " + e.getMessage(), e);
    }
  }

  public Path file() {
    return folder.resolve(FILE);
  }

  /// The data root of every worker: a folder for each site.
  public Path root() {
    return folder.resolve("sites");
  }

  /// What a generator may be trained on.
  public Path publicShare() {
    return folder.resolve("public");
  }

  public List<SiteId> sites() {
    return text.sites().stream().map(site -> new SiteId(site.name())).toList();
  }

  public SiteId evaluator() {
    return new SiteId(text.evaluator().name());
  }

  /// Private images of all sites.
  public int total() {
    return text.sites().stream().mapToInt(Share::total).sum();
  }
}
