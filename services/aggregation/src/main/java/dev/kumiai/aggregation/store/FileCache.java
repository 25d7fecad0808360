package dev.kumiai.aggregation.store;

import dev.kumiai.aggregation.model.Kept;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Files that were fetched, under the digest of their content. When they need more room than they
/// may have, those go that were not used for longest; what somebody has open stays.
///
/// A file that a crash may have left half-written is looked at before it is used again.
final class FileCache {

  private static final Logger LOG = Logger.getLogger(FileCache.class);

  /// Gets a file from elsewhere.
  @FunctionalInterface
  interface Source {

    /// Makes a whole file with that digest, on the file system of the cache; empty when there is
    /// none.
    Optional<Path> fetch(Digest digest) throws IOException;
  }

  private static final class Entry {
    final long bytes;
    int open;
    boolean verified;

    Entry(long bytes, boolean verified) {
      this.bytes = bytes;
      this.verified = verified;
    }
  }

  private final Path folder;
  private final long mostBytes;
  private final Source source;

  /// In the order of their last use. Guards itself and what is in it.
  private final LinkedHashMap<Digest, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

  private final Map<Digest, CompletableFuture<Boolean>> coming = new ConcurrentHashMap<>();

  /// @param folder of this process alone
  FileCache(Path folder, long mostBytes, Source source) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.mostBytes = mostBytes;
    this.source = source;
    List<Path> files;
    try (Stream<Path> found = Files.list(folder)) {
      files = found.toList();
    }
    for (Path file : files) {
      Optional<Digest> digest = Digest.ofFileName(file);
      if (digest.isPresent()) {
        entries.put(digest.get(), new Entry(Files.size(file), false));
      }
    }
  }

  /// Opens a file; whoever asks for one that is on its way waits for it.
  Optional<Kept> open(Digest digest) {
    while (true) {
      Optional<Kept> here = openHere(digest);
      if (here.isPresent()) {
        return here;
      }
      CompletableFuture<Boolean> mine = new CompletableFuture<>();
      CompletableFuture<Boolean> theirs = coming.putIfAbsent(digest, mine);
      boolean found = theirs == null ? bring(digest, mine) : await(theirs);
      if (!found) {
        return Optional.empty();
      }
    }
  }

  private boolean bring(Digest digest, CompletableFuture<Boolean> arrival) {
    try {
      boolean found = verify(digest) || fetch(digest);
      arrival.complete(found);
      return found;
    } catch (IOException e) {
      UncheckedIOException failure = new UncheckedIOException("cannot bring " + digest, e);
      arrival.completeExceptionally(failure);
      throw failure;
    } catch (RuntimeException e) {
      arrival.completeExceptionally(e);
      throw e;
    } finally {
      coming.remove(digest, arrival);
    }
  }

  private static boolean await(CompletableFuture<Boolean> arrival) {
    try {
      return arrival.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof KumiaiException expected) {
        throw expected;
      }
      throw e;
    }
  }

  private Optional<Kept> openHere(Digest digest) {
    synchronized (entries) {
      Entry entry = entries.get(digest);
      if (entry == null || !entry.verified) {
        return Optional.empty();
      }
      entry.open++;
      AtomicBoolean closed = new AtomicBoolean();
      return Optional.of(
          new Kept(
              path(digest),
              () -> {
                if (!closed.getAndSet(true)) {
                  close(entry);
                }
              }));
    }
  }

  private void close(Entry entry) {
    synchronized (entries) {
      entry.open--;
    }
    shrink(mostBytes);
  }

  /// Whether a file that was there already is whole.
  private boolean verify(Digest digest) throws IOException {
    synchronized (entries) {
      Entry entry = entries.get(digest);
      if (entry == null || entry.verified) {
        return entry != null;
      }
    }
    boolean whole = Files.exists(path(digest)) && Digest.of(path(digest)).equals(digest);
    synchronized (entries) {
      Entry entry = entries.get(digest);
      if (entry != null && whole) {
        entry.verified = true;
      } else if (entry != null) {
        LOG.warnf("cached file is damaged, fetched again digest=%s", digest);
        entries.remove(digest);
        Files.deleteIfExists(path(digest));
      }
      return entry != null && whole;
    }
  }

  private boolean fetch(Digest digest) throws IOException {
    Optional<Path> file = source.fetch(digest);
    if (file.isEmpty()) {
      return false;
    }
    add(file.get(), digest);
    return true;
  }

  /// Takes in a whole file by renaming it.
  void add(Path file, Digest digest) throws IOException {
    long bytes = Files.size(file);
    shrink(mostBytes - bytes);
    synchronized (entries) {
      Files.move(file, path(digest), StandardCopyOption.ATOMIC_MOVE);
      @Nullable Entry before = entries.get(digest);
      if (before == null) {
        entries.put(digest, new Entry(bytes, true));
      } else {
        before.verified = true;
      }
    }
  }

  void remove(Digest digest) throws IOException {
    synchronized (entries) {
      if (entries.remove(digest) != null) {
        Files.deleteIfExists(path(digest));
      }
    }
  }

  /// Removes what is not open until no more than that is left, as far as that is possible.
  ///
  /// @return bytes that were removed
  long shrink(long toBytes) {
    synchronized (entries) {
      long all = bytes();
      long left = all;
      Iterator<Map.Entry<Digest, Entry>> oldest = entries.entrySet().iterator();
      while (left > toBytes && oldest.hasNext()) {
        Map.Entry<Digest, Entry> next = oldest.next();
        if (next.getValue().open == 0) {
          delete(path(next.getKey()));
          oldest.remove();
          left -= next.getValue().bytes;
        }
      }
      return all - left;
    }
  }

  long bytes() {
    synchronized (entries) {
      return entries.values().stream().mapToLong(entry -> entry.bytes).sum();
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make room in the cache: " + file, e);
    }
  }

  private Path path(Digest digest) {
    return folder.resolve(digest.hex());
  }
}
