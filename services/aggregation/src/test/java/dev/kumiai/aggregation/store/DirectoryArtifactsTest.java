package dev.kumiai.aggregation.store;

import dev.kumiai.aggregation.model.Artifacts;
import java.io.IOException;
import java.nio.file.Path;

class DirectoryArtifactsTest extends ArtifactsContract {

  @Override
  Artifacts artifacts(Path data, long reserveBytes) throws IOException {
    return new DirectoryArtifacts(data, reserveBytes);
  }
}
