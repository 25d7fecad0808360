package dev.kumiai.generation;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// Keeps two processes from writing one set: a worker whose lease ran out unnoticed and the one
/// that took its task over, or a worker and a person. The system frees it when a process dies.
///
/// All sets of a site share one file and lock a byte of it each, so that no file stays behind for
/// every set there ever was.
final class SetLock implements AutoCloseable {

  static final String FILE = ".lock";

  private final FileChannel channel;

  private SetLock(FileChannel channel) {
    this.channel = channel;
  }

  /// @param generated the site's folder of generated sets
  /// @throws KumiaiException.Unavailable `generated-set-in-use`
  static SetLock take(Path generated, Digest plan) throws IOException {
    Files.createDirectories(generated);
    FileChannel channel =
        FileChannel.open(
            generated.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (tryLock(channel, plan) == null) {
      channel.close();
      throw new KumiaiException.Unavailable(
          "generated-set-in-use",
          "another process is writing the generated data set of plan %s at this moment: try again when it is done"
              .formatted(plan),
          null);
    }
    return new SetLock(channel);
  }

  private static @Nullable FileLock tryLock(FileChannel channel, Digest plan) throws IOException {
    // 62 bits: two sets that share them wait for each other, no more.
    long place = ByteBuffer.wrap(plan.bytes()).getLong() >>> 2;
    try {
      return channel.tryLock(place, 1, false);
    } catch (OverlappingFileLockException _) {
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
