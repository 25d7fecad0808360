package dev.kumiai.cli.pilot;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kumiai.cli.demo.Experiment;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.KumiaiJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What the virtual sites have made, which lies on this machine: a real site shows it to nobody.
///
/// @param experiments in the order of the seeds
record SiteFiles(PilotFolder folder, List<Experiment> experiments) {

  SiteFiles {
    experiments = List.copyOf(experiments);
  }

  /// Up to `most` images of a class that a site holds.
  List<Path> held(SiteId site, String dataset, String name, int most) {
    return images(folder.site(site).resolve("private").resolve(dataset).resolve(name), most);
  }

  /// Up to `most` images of a class that a site generated.
  List<Path> generated(SiteId site, Digest plan, String name, int most) {
    return images(set(site, plan).resolve(name), most);
  }

  /// What a site's generation says of its set: empty where it says nothing.
  ///
  /// @param name of a JSON file beside the samples
  Optional<JsonNode> told(SiteId site, Digest plan, String name) {
    Path file = set(site, plan).resolve(name);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(KumiaiJson.mapper().readTree(file.toFile()));
    } catch (IOException e) {
      throw new KumiaiException.Unavailable(
          "set-report-unreadable", file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private Path set(SiteId site, Digest plan) {
    return folder.site(site).resolve("generated").resolve(plan.hex());
  }

  private static List<Path> images(Path folder, int most) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".png")).sorted().limit(most).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }
}
