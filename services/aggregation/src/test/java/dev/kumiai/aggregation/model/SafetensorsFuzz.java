package dev.kumiai.aggregation.model;

import dev.kumiai.aggregation.fuzz.Effort;
import dev.kumiai.core.Digest;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.SafetensorsWriter;
import dev.kumiai.core.tensor.TensorSpec;
import dev.kumiai.protocol.task.UpdateMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// An upload of any bytes, as a model and as an update.
public final class SafetensorsFuzz {

  private static final Path FOLDER = folder();
  private static final Path UPLOADED = FOLDER.resolve("uploaded");
  private static final Path WRITTEN = FOLDER.resolve("written");

  private SafetensorsFuzz() {}

  private static Path folder() {
    try {
      Path folder = Files.createTempDirectory("fuzz");
      // In the reverse order.
      List.of(folder, folder.resolve("uploaded"), folder.resolve("written"))
          .forEach(path -> path.toFile().deleteOnExit());
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static void fuzzerTestOneInput(byte[] bytes) throws Exception {
    Files.write(UPLOADED, bytes);
    Upload upload = new Upload(UPLOADED, Digest.of(bytes));
    Effort.bounded(bytes.length, () -> upload.requireWeights(null));
    Effort.bounded(bytes.length, () -> UpdateMetadata.parse(upload.requireWeights(null)));
    Effort.bounded(bytes.length, SafetensorsFuzz::requireSameWhenWrittenAgain);
  }

  /// What can be read can be written, and is then read as the same.
  private static void requireSameWhenWrittenAgain() throws IOException {
    try (SafetensorsFile read = SafetensorsFile.open(UPLOADED)) {
      List<TensorSpec> specs = read.specs();
      Files.deleteIfExists(WRITTEN);
      SafetensorsWriter.write(WRITTEN, read.weights(), read.metadata());
      try (SafetensorsFile again = SafetensorsFile.open(WRITTEN)) {
        TensorSpec.requireSame(specs, again.specs());
        if (!again.metadata().equals(read.metadata())) {
          throw new AssertionError(read.metadata() + " became " + again.metadata());
        }
      }
    }
  }
}
