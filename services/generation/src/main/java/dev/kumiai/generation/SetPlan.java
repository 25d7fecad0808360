package dev.kumiai.generation;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.protocol.task.TaskSpec;
import dev.kumiai.worker.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// `plan.json` of a generated set, there from its beginning: all that its samples follow from
/// besides the generator. With it a set can be gone on with, and samples of it made anew long after
/// its run.
///
/// @param task what was asked for
/// @param real digest of the private samples that the generator or the filters looked at
/// @param publicImages digest of the public images that were taken, names and contents of the files
///   of its classes; null for other generators, and in sets of before it was kept
record SetPlan(TaskSpec.Generate task, Digest real, @Nullable Digest publicImages) {

  static final String NAME = "plan.json";

  private static final ObjectMapper JSON = KumiaiJson.mapper();

  /// The plan in a folder, if one is there that can be read.
  static Optional<SetPlan> find(Path folder) {
    try {
      Path file = folder.resolve(NAME);
      return Files.exists(file)
          ? Optional.of(JSON.readValue(file.toFile(), SetPlan.class))
          : Optional.empty();
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  static SetPlan require(Path folder) {
    return find(folder)
        .orElseThrow(
            () ->
                new KumiaiException.Invalid(
                    "generated-set-damaged",
                    "%s has no %s that can be read: delete the folder, and the set is made again"
                        .formatted(folder, NAME)));
  }

  void write(Path folder) throws IOException {
    DurableFiles.replace(
        folder.resolve(NAME), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
  }
}
