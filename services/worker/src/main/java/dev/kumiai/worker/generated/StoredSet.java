package dev.kumiai.worker.generated;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.worker.DurableFiles;
import dev.kumiai.worker.SiteFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// A finished generated set on disk:
///
/// ```
/// <class>/<index>.png    what was kept
/// .rejected/<class>/     what a person took out
/// manifest.jsonl         a line for each sample
/// report.json            the counts; there since the set was finished
/// ```
///
/// @param folder under the plan's digest in the site's `generated`
public record StoredSet(Path folder, SetReport report) {

  public static final String REPORT = "report.json";

  /// Hidden, so that no reader takes it for a class.
  public static final String REJECTED = ".rejected";

  private static final ObjectMapper JSON = KumiaiJson.mapper();

  /// The set that was finished to a plan, if there is one.
  ///
  /// @throws KumiaiException.Invalid `generated-set-damaged`
  public static Optional<StoredSet> find(SiteFolder site, Digest plan) {
    return find(site.generated(plan));
  }

  /// The finished set in a folder, if there is one.
  public static Optional<StoredSet> find(Path folder) {
    Path report = folder.resolve(REPORT);
    if (!Files.exists(report)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new StoredSet(folder, JSON.readValue(report.toFile(), SetReport.class)));
    } catch (IOException e) {
      throw new KumiaiException.Invalid(
          "generated-set-damaged",
          "the report of the generated data set in %s cannot be read: delete the folder, and the set is made again"
              .formatted(folder.getFileName()),
          e);
    }
  }

  /// This set, if nobody rejected it.
  ///
  /// @throws KumiaiException.Conflict `generated-set-rejected`
  public StoredSet requireUsable() {
    Rejection rejection = report.rejection();
    if (rejection != null) {
      throw new KumiaiException.Conflict(
          "generated-set-rejected",
          "the generated data set of plan %s was rejected at the site on %s: let the site regenerate it, or leave generation out of the run"
              .formatted(report.plan(), rejection.at()));
    }
    return this;
  }

  /// Every sample that was generated, whatever became of it.
  ///
  /// @throws KumiaiException.Invalid `generated-set-damaged`
  public List<GeneratedSample> samples() throws IOException {
    return Manifest.read(folder).samples();
  }

  /// The files of the samples that belong to the set, by name.
  ///
  /// @throws KumiaiException.Invalid `generated-set-damaged`
  public List<String> files() {
    try {
      return samples().stream()
          .filter(GeneratedSample::isKept)
          .map(GeneratedSample::file)
          .filter(Objects::nonNull)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the manifest in " + folder, e);
    }
  }

  /// Gives the set another report, whole or not at all.
  public static void write(Path folder, SetReport report) throws IOException {
    DurableFiles.replace(
        folder.resolve(REPORT), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(report));
  }
}
