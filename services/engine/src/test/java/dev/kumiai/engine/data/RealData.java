package dev.kumiai.engine.data;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;

/// Published data sets, where the machine has them: in the folder that KUMIAI_DATA names, else in
/// `../shared/data` beside the repository.
public final class RealData {

  private RealData() {}

  /// The folder of a set; the test is skipped where it is absent.
  public static Path require(String name) {
    String configured = System.getenv("KUMIAI_DATA");
    Path folder =
        configured == null
            ? repository().resolveSibling("shared").resolve("data")
            : Path.of(configured);
    Path set = folder.resolve(name);
    assumeThat(set).as("data set %s, or KUMIAI_DATA naming its parent", set).isDirectory();
    return set;
  }

  private static Path repository() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("mvnw")) && folder.getParent() != null) {
      folder = folder.getParent();
    }
    return folder;
  }
}
