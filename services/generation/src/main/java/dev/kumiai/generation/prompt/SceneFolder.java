package dev.kumiai.generation.prompt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.worker.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// `scenes/<digest>.json` in the folder of a site: what language models have written for it, each
/// under the digest of what they were asked, so that nothing is asked twice.
final class SceneFolder {

  private static final ObjectMapper JSON = KumiaiJson.mapper();

  private final Path folder;

  SceneFolder(Path site) {
    this.folder = site.resolve("scenes");
  }

  /// All that an answer follows from.
  ///
  /// @param model what its server calls it
  /// @param label the class
  /// @param question all that is sent
  record Asked(
      LlmConfig.Provider provider,
      String model,
      double temperature,
      String label,
      String question,
      int count,
      int seed) {

    private Digest digest() {
      try {
        return Digest.of(JSON.writeValueAsBytes(this));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /// One file.
  private record Written(Asked asked, List<String> scenes) {}

  /// What was answered before; nothing where a file is none, which is then written anew.
  Optional<List<String>> find(Asked asked) {
    try {
      Path file = file(asked);
      return Files.exists(file)
          ? Optional.of(JSON.readValue(file.toFile(), Written.class).scenes())
          : Optional.empty();
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  void keep(Asked asked, List<String> scenes) {
    try {
      Files.createDirectories(folder);
      DurableFiles.replace(
          file(asked),
          JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(new Written(asked, scenes)));
    } catch (IOException e) {
      throw new KumiaiException.Unavailable(
          "scenes-unwritable",
          "what a language model wrote cannot be kept in the site's folder 'scenes': make room, or let the worker write there",
          e);
    }
  }

  private Path file(Asked asked) {
    return folder.resolve(asked.digest().hex() + ".json");
  }
}
