package dev.kumiai.worker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/// Files of a site that are on the disk once a call has returned, whatever happens to the machine.
public final class DurableFiles {

  private DurableFiles() {}

  /// Gives a file another content: whoever reads it sees the old or the new one.
  public static void replace(Path file, byte[] content) throws IOException {
    Path next = file.resolveSibling("." + file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      write(channel, content);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    forceFolderOf(file);
  }

  /// Adds to the end of a file, which is made if it is not there.
  public static void append(Path file, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      boolean made = channel.size() == 0;
      write(channel, content);
      if (made) {
        forceFolderOf(file);
      }
    }
  }

  /// Writes all of it where the channel stands.
  public static void write(FileChannel channel, byte[] content) throws IOException {
    ByteBuffer left = ByteBuffer.wrap(content);
    while (left.hasRemaining()) {
      channel.write(left);
    }
    channel.force(true);
  }

  /// Makes the names in a folder durable.
  public static void forceFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /// Makes the name of a file durable.
  public static void forceFolderOf(Path file) throws IOException {
    forceFolder(Objects.requireNonNull(file.toAbsolutePath().getParent()));
  }
}
