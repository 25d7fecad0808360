package dev.kumiai.aggregation.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// A folder for the unfinished files of this process, beside those of other replicas:
///
/// ```
/// <root>/lock          held while a folder is made or removed
/// <root>/<uuid>/alive  locked by the process whose folder it is, as long as it lives
/// <root>/<uuid>/...    its files
/// ```
///
/// The operating system gives the lock up with the process, however that ends, so a folder whose
/// lock is free is that of a dead one. A shared file system has to have locks (NFS 4 does).
final class TemporaryFolder {

  private static final Logger LOG = Logger.getLogger(TemporaryFolder.class);
  private static final String LOCK = "lock";
  private static final String ALIVE = "alive";

  private final Path root;
  private final Path own;

  /// Open until the process ends: closing it would give the lock up.
  @SuppressWarnings("UnusedVariable")
  private final FileLock alive;

  /// Makes the folder of this process.
  TemporaryFolder(Path root) throws IOException {
    this.root = Files.createDirectories(root);
    this.own = root.resolve(UUID.randomUUID().toString());
    try (FileChannel channel = open(root.resolve(LOCK));
        FileLock _ = channel.lock()) {
      Files.createDirectory(own);
      @Nullable FileLock lock = open(own.resolve(ALIVE)).tryLock();
      if (lock == null) {
        throw new IOException("the file system of " + root + " does not lock files");
      }
      this.alive = lock;
    }
  }

  /// A path that does not exist yet.
  Path newFile() {
    return own.resolve(UUID.randomUUID().toString());
  }

  /// Removes what processes left that are dead now.
  void removeLeftovers() throws IOException {
    try (FileChannel channel = open(root.resolve(LOCK));
        FileLock _ = channel.lock()) {
      for (Path path : list(root)) {
        if (!path.equals(own) && !path.endsWith(LOCK) && isDead(path)) {
          remove(path);
          LOG.infof("leftovers of a dead process removed path=%s", path);
        }
      }
    }
  }

  private static boolean isDead(Path path) throws IOException {
    Path theirs = path.resolve(ALIVE);
    if (!Files.exists(theirs)) {
      return true;
    }
    try (FileChannel channel = open(theirs)) {
      @Nullable FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException _) {
      return false;
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private static void remove(Path path) throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
