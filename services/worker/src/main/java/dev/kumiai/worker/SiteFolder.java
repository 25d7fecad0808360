package dev.kumiai.worker;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.protocol.signature.SiteKey;
import java.nio.file.Path;

/// One site's data, which the site's generation and local-training share and which nothing leaves.
///
/// ```
/// private/<data set>         read only
/// public/<name>              images that anybody may see, read only
/// generated/<plan digest>    written by generation, read by local-training
/// memory/<run>/              what strategies remember here between the rounds of a run
/// privacy.jsonl              what was announced with noise, and what that spent of the privacy
/// site-key                   the key pair with which the site signs its results
/// ```
public record SiteFolder(Path path) {

  public Path privateData() {
    return path.resolve("private");
  }

  /// The folder of one private data set, there or not.
  public Path privateData(String dataset) {
    return inside(privateData(), dataset);
  }

  private static Path inside(Path parent, String name) {
    Path folder = parent.resolve(name).normalize();
    if (!parent.equals(folder.getParent())) {
      throw new KumiaiException.Invalid(
          "dataset-name-invalid",
          "a data set is named by its folder under %s/, not by '%s'"
              .formatted(parent.getFileName(), name));
    }
    return folder;
  }

  /// What a strategy remembers at this site between the rounds of a run.
  public RunMemory memory(RunId run) {
    return new RunMemory(path.resolve("memory").resolve(run.value()));
  }

  /// What the site has spent of its privacy, there or not.
  public Path privacyLedger() {
    return path.resolve("privacy.jsonl");
  }

  /// The site's key pair, made when it is not there.
  SiteKey key() {
    return SiteKey.of(path.resolve("site-key"));
  }

  /// The folder of one set of public images, there or not.
  public Path publicImages(String name) {
    return inside(path.resolve("public"), name);
  }

  public Path generated() {
    return path.resolve("generated");
  }

  /// The folder of one generated data set, there or not.
  public Path generated(Digest plan) {
    return generated().resolve(plan.hex());
  }
}
