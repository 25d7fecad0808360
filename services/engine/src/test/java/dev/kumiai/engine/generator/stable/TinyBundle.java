package dev.kumiai.engine.generator.stable;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.kumiai.core.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// Copies of the bundle `tiny` for tests that damage it.
final class TinyBundle {

  private TinyBundle() {}

  static Path copy(Path folder) throws IOException {
    Files.createDirectories(folder);
    try (ZipFile zip = new ZipFile(Golden.file("tiny.zip").toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        Files.copy(zip.getInputStream(entry), folder.resolve(entry.getName()));
      }
    }
    return folder;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  /// Changes the manifest of a copy.
  static void edit(Path folder, Consumer<JsonObject> change) throws IOException {
    Path manifest = folder.resolve("manifest.json");
    JsonObject json = JsonParser.parseString(Files.readString(manifest)).getAsJsonObject();
    change.accept(json);
    Files.writeString(manifest, json.toString());
  }

  /// Makes the manifest of a copy tell the digests and lengths that its files have.
  static void sign(Path folder) throws IOException {
    for (String name : StableDiffusionBundle.FILES) {
      Path file = folder.resolve(name);
      String digest = Digest.of(file).hex();
      long bytes = Files.size(file);
      edit(
          folder,
          json -> {
            JsonObject entry = json.getAsJsonObject("files").getAsJsonObject(name);
            entry.addProperty("sha256", digest);
            entry.addProperty("bytes", bytes);
          });
    }
  }

  static Path zip(Path folder, Path zip) throws IOException {
    try (OutputStream out = Files.newOutputStream(zip);
        ZipOutputStream entries = new ZipOutputStream(out)) {
      for (Path file : files(folder)) {
        entries.putNextEntry(new ZipEntry(file.getFileName().toString()));
        Files.copy(file, entries);
        entries.closeEntry();
      }
    }
    return zip;
  }
}
