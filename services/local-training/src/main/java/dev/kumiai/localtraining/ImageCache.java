package dev.kumiai.localtraining;

import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LoadedImages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Supplier;

/// Image sets that were decoded for earlier tasks: a site trains on the same images round after
/// round. A set whose files changed since is read again. For one thread.
final class ImageCache {

  /// One set in one form.
  private record Key(Path folder, List<String> classes, ImageForm form) {}

  /// @param files what the folder looked like
  private record Entry(Fingerprint files, LoadedImages images) {
    long bytes() {
      return (long) images.images().size() * images.images().form().values();
    }
  }

  /// Number, bytes, and a hash over name, length and time of all files: another one means other
  /// files.
  private record Fingerprint(long count, long bytes, long hash) {}

  private final long maxBytes;
  private final SequencedMap<Key, Entry> entries = new LinkedHashMap<>();

  ImageCache(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /// The images in `folder`.
  ///
  /// @param reading reads them where they are not known
  LoadedImages load(
      Path folder, List<String> classes, ImageForm form, Supplier<LoadedImages> reading) {
    Key key = new Key(folder, List.copyOf(classes), form);
    Fingerprint files = fingerprint(folder);
    Entry known = entries.remove(key);
    Entry entry =
        known != null && known.files().equals(files) ? known : new Entry(files, reading.get());
    entries.putLast(key, entry);
    shrink();
    return entry.images();
  }

  private void shrink() {
    long bytes = entries.values().stream().mapToLong(Entry::bytes).sum();
    Iterator<Entry> oldest = entries.values().iterator();
    while (bytes > maxBytes && oldest.hasNext()) {
      bytes -= oldest.next().bytes();
      oldest.remove();
    }
  }

  private static Fingerprint fingerprint(Path folder) {
    long[] sums = new long[3];
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              sums[0]++;
              sums[1] += attributes.size();
              // A sum, because the order in which files are visited is nobody's promise.
              sums[2] +=
                  31L * (31L * file.hashCode() + attributes.size())
                      + attributes.lastModifiedTime().toMillis();
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look through " + folder, e);
    }
    return new Fingerprint(sums[0], sums[1], sums[2]);
  }
}
