package dev.kumiai.engine.generator.stable;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/// The files of a bundle while it is read, wherever they stand.
abstract sealed class BundleFiles implements AutoCloseable {

  private static final int MAX_MANIFEST_BYTES = 1 << 16;

  /// The files of a folder or a zip.
  static BundleFiles of(Path path) throws IOException {
    return Files.isDirectory(path) ? new InFolder(path) : InZip.open(path);
  }

  /// The length of a file; negative when there is none of that name.
  abstract long bytes(String name) throws IOException;

  abstract InputStream read(String name) throws IOException;

  /// A folder in which every file is what the manifest says, until this is closed.
  abstract Path verified(BundleManifest manifest) throws IOException;

  @Override
  public abstract void close() throws IOException;

  static KumiaiException unreadable(Path path, IOException e) {
    return new KumiaiException.Unavailable(
        "generator-unreadable", "cannot read " + path + ": " + e.getMessage(), e);
  }

  /// The bytes of the manifest.
  byte[] manifest() throws IOException {
    if (bytes(StableDiffusionBundle.MANIFEST) < 0) {
      throw new KumiaiException.Invalid(
          "generator-foreign",
          "it is no generator bundle: it holds no " + StableDiffusionBundle.MANIFEST);
    }
    try (InputStream in = read(StableDiffusionBundle.MANIFEST)) {
      byte[] text = in.readNBytes(MAX_MANIFEST_BYTES + 1);
      if (text.length > MAX_MANIFEST_BYTES) {
        throw new KumiaiException.Invalid(
            "generator-foreign", "it is no generator bundle: its manifest is too long");
      }
      return text;
    }
  }

  void requireSizes(BundleManifest manifest) throws IOException {
    for (Map.Entry<String, BundleManifest.BundleEntry> file : manifest.files().entrySet()) {
      String name = file.getKey();
      long bytes = bytes(name);
      if (bytes < 0) {
        throw new KumiaiException.Invalid(
            "generator-file-missing",
            "its file %s is not there: copy the whole bundle".formatted(name));
      }
      if (bytes != file.getValue().bytes()) {
        throw damaged(name, "has %d bytes, not %d".formatted(bytes, file.getValue().bytes()), null);
      }
    }
  }

  static void requireDigest(String name, Digest found, BundleManifest manifest) {
    Digest expected = manifest.file(name).digest();
    if (!found.equals(expected)) {
      throw damaged(name, "has the digest %s, not %s".formatted(found, expected), null);
    }
  }

  private static KumiaiException.Invalid damaged(
      String name, String how, @Nullable Throwable cause) {
    String message = "its file %s %s: copy or export the bundle anew".formatted(name, how);
    return cause == null
        ? new KumiaiException.Invalid("generator-file-damaged", message)
        : new KumiaiException.Invalid("generator-file-damaged", message, cause);
  }

  private static final class InFolder extends BundleFiles {
    private final Path folder;

    InFolder(Path folder) {
      this.folder = folder;
    }

    @Override
    long bytes(String name) throws IOException {
      Path file = folder.resolve(name);
      return Files.isRegularFile(file) ? Files.size(file) : -1;
    }

    @Override
    InputStream read(String name) throws IOException {
      return Files.newInputStream(folder.resolve(name));
    }

    @Override
    Path verified(BundleManifest manifest) throws IOException {
      requireSizes(manifest);
      for (String name : manifest.files().keySet()) {
        requireDigest(name, Digest.of(folder.resolve(name)), manifest);
      }
      return folder;
    }

    @Override
    public void close() {
      // A folder holds nothing open.
    }
  }

  private static final class InZip extends BundleFiles {
    private final ZipFile zip;
    private @Nullable Path unpacked;

    private InZip(ZipFile zip) {
      this.zip = zip;
    }

    static BundleFiles open(Path file) throws IOException {
      try {
        return new InZip(new ZipFile(file.toFile()));
      } catch (ZipException e) {
        throw new KumiaiException.Invalid(
            "generator-foreign",
            "it is no generator bundle: the zip is damaged or was cut off (%s)"
                .formatted(e.getMessage()),
            e);
      }
    }

    @Override
    long bytes(String name) {
      ZipEntry entry = zip.getEntry(name);
      return entry == null ? -1 : entry.getSize();
    }

    @Override
    InputStream read(String name) throws IOException {
      ZipEntry entry = zip.getEntry(name);
      if (entry == null) {
        throw new NoSuchFileException(name);
      }
      return zip.getInputStream(entry);
    }

    /// Libtorch reads modules from files, so they are unpacked; the folder is deleted once they are
    /// loaded.
    @Override
    Path verified(BundleManifest manifest) throws IOException {
      requireSizes(manifest);
      Path folder = Files.createTempDirectory("kumiai-generator-");
      unpacked = folder;
      for (String name : manifest.files().keySet()) {
        Path file = folder.resolve(name);
        try (InputStream in = read(name)) {
          Files.copy(in, file);
        } catch (ZipException e) {
          throw damaged(name, "cannot be unpacked", e);
        }
        requireDigest(name, Digest.of(file), manifest);
      }
      return folder;
    }

    @Override
    public void close() throws IOException {
      zip.close();
      Path folder = unpacked;
      if (folder != null) {
        try (Stream<Path> files = Files.walk(folder)) {
          for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(file);
          }
        }
      }
    }
  }
}
