package dev.kumiai.aggregation.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// A folder `<root>/<number>` of this process alone, though others use the same root. What it holds
/// outlives the process, and is the next one's.
///
/// @param lock held until the process ends, however it does
record OwnFolder(Path path, FileLock lock) {

  private static final int MOST = 1_000;

  static OwnFolder claim(Path root) throws IOException {
    for (int number = 0; number < MOST; number++) {
      Path path = Files.createDirectories(root.resolve(String.valueOf(number)));
      @Nullable FileLock lock = lock(path.resolve("lock"));
      if (lock != null) {
        return new OwnFolder(path, lock);
      }
    }
    throw new IOException(
        "all folders in " + root + " are locked: does its file system lock files?");
  }

  private static @Nullable FileLock lock(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      @Nullable FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
      }
      return lock;
    } catch (OverlappingFileLockException _) {
      channel.close();
      return null;
    }
  }
}
