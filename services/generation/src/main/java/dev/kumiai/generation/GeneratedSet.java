package dev.kumiai.generation;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.protocol.run.GenerationSpec;
import dev.kumiai.protocol.run.GeneratorRef;
import dev.kumiai.worker.SiteFolder;
import dev.kumiai.worker.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// One generated data set of a site: `generated/<plan digest>/<class>/<n>.png` and `report.json`.
///
/// It is made in a folder whose name starts with `.partial-` and renamed when it is whole: a folder
/// under its own name is always a finished set, whenever the process was killed.
final class GeneratedSet {

  private static final String REPORT = "report.json";
  private static final ObjectMapper JSON = KumiaiJson.mapper();

  private final Path parent;
  private final Path folder;
  private final Digest plan;

  GeneratedSet(SiteFolder site, Digest plan) {
    this.parent = site.generated();
    this.folder = site.generated(plan);
    this.plan = plan;
  }

  /// What a set is and what it was made with; stays at the site beside the images.
  ///
  /// @param counts images per class
  /// @param unguided classes that were to start from real samples of which the site has none
  record Report(
      Digest plan,
      GeneratorRef generator,
      GenerationSpec.Guidance guidance,
      Map<String, Integer> counts,
      List<String> unguided) {

    Report {
      counts = new TreeMap<>(counts);
      unguided = List.copyOf(unguided);
    }
  }

  /// The report of the finished set, if there is one.
  Optional<Report> finished() {
    Path report = folder.resolve(REPORT);
    try {
      return Files.exists(report)
          ? Optional.of(JSON.readValue(report.toFile(), Report.class))
          : Optional.empty();
    } catch (IOException e) {
      throw new KumiaiException.Invalid(
          "generated-set-damaged",
          "the report of the generated data set of plan %s cannot be read: delete its folder, and it is made again"
              .formatted(plan),
          e);
    }
  }

  /// An empty folder to make the set in. What an attempt that was killed has left is deleted.
  Path begin(int attempt) {
    Path partial = parent.resolve(".partial-" + plan.hex() + "-" + attempt);
    try {
      Files.createDirectories(parent);
      discard();
      return Files.createDirectory(partial);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make " + partial, e);
    }
  }

  /// Deletes unfinished attempts at this set, and a folder of its name without a report, which
  /// nobody here made.
  void discard() throws IOException {
    if (!Files.isDirectory(parent)) {
      return;
    }
    List<Path> leftovers;
    try (Stream<Path> siblings = Files.list(parent)) {
      leftovers =
          siblings
              .filter(s -> s.getFileName().toString().startsWith(".partial-" + plan.hex()))
              .toList();
    }
    for (Path leftover : leftovers) {
      Trees.delete(leftover);
    }
    if (!Files.exists(folder.resolve(REPORT))) {
      Trees.delete(folder);
    }
  }

  /// Gives a whole set its name.
  void finish(Path partial, Report report) {
    try {
      JSON.writerWithDefaultPrettyPrinter().writeValue(partial.resolve(REPORT).toFile(), report);
      Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot finish " + folder, e);
    }
  }
}
