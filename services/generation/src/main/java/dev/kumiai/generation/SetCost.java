package dev.kumiai.generation;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kumiai.core.Cost;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.worker.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/// `cost.json` of a generated set: what making it took, over all attempts. It stands beside the
/// report, which says only what is the same whenever the set is made.
///
/// @param begun when the first batch was begun
/// @param newest when the newest batch was stored
record SetCost(Instant begun, Instant newest, Cost spent) {

  static final String NAME = "cost.json";

  private static final ObjectMapper JSON = KumiaiJson.mapper();

  static Optional<SetCost> find(Path folder) {
    try {
      Path file = folder.resolve(NAME);
      return Files.exists(file)
          ? Optional.of(JSON.readValue(file.toFile(), SetCost.class))
          : Optional.empty();
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  void write(Path folder) throws IOException {
    DurableFiles.replace(folder.resolve(NAME), JSON.writeValueAsBytes(this));
  }

  /// With what one more batch took.
  SetCost plus(Cost more, Instant now) {
    return new SetCost(begun, now, spent.plus(more));
  }
}
