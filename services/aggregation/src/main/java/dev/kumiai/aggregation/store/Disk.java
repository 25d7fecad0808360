package dev.kumiai.aggregation.store;

import dev.kumiai.core.KumiaiException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The disk that a folder is on.
final class Disk {

  private final Path folder;
  private final long reserveBytes;

  /// @param reserveBytes that stay free
  Disk(Path folder, long reserveBytes) {
    this.folder = folder;
    this.reserveBytes = reserveBytes;
  }

  /// How many bytes are missing to take so many; 0 when there is room.
  long missing(long bytes) {
    try {
      long usable = Files.getFileStore(folder).getUsableSpace();
      return Math.max(0, bytes - (usable - reserveBytes));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot tell how much room is left at " + folder, e);
    }
  }

  void requireRoom(long bytes) {
    if (missing(bytes) > 0) {
      throw new KumiaiException.StorageFull(
          "storage-full",
          "the aggregator's disk has no room for %d bytes beside the reserve: make room and try again"
              .formatted(bytes));
    }
  }

  /// Makes renames in a folder durable.
  static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
