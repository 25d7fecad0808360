package dev.kumiai.aggregation.store;

import dev.kumiai.aggregation.config.StorageConfig;
import dev.kumiai.aggregation.model.Artifacts;
import dev.kumiai.aggregation.model.Kept;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import io.quarkus.runtime.Startup;
import io.quarkus.scheduler.Scheduled;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// Artifacts as files `artifacts/<first 2 digits>/<digest>` of the data folder, which replicas
/// share: a file appears under its digest by a rename, whole.
@Startup
@Singleton
class DirectoryArtifacts implements Artifacts {

  private final Path kept;
  private final TemporaryFolder temporary;
  private final long reserveBytes;

  DirectoryArtifacts(StorageConfig config) {
    Path data = config.data().toAbsolutePath().normalize();
    this.kept = data.resolve("artifacts");
    this.reserveBytes = config.reserve().asLongValue();
    try {
      Files.createDirectories(kept);
      this.temporary = new TemporaryFolder(data.resolve("temporary"));
      temporary.removeLeftovers();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the data folder " + data, e);
    }
  }

  /// Those of replicas that are not started again.
  @Scheduled(every = "10m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void removeLeftovers() throws IOException {
    temporary.removeLeftovers();
  }

  @Override
  public Optional<Kept> open(Digest digest) {
    return has(digest) ? Optional.of(new Kept(path(digest), () -> {})) : Optional.empty();
  }

  @Override
  public boolean has(Digest digest) {
    return Files.exists(path(digest));
  }

  @Override
  public Path temporary() {
    return temporary.newFile();
  }

  /// It is here already.
  @Override
  public void send(Path file, Digest digest) {}

  @Override
  public void keep(Path file, Digest digest) throws IOException {
    Path target = path(digest);
    Path folder = Files.createDirectories(kept.resolve(digest.hex().substring(0, 2)));
    Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
    force(folder);
    force(kept);
  }

  /// A rename is durable when its folder is.
  private static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public void requireRoom(long bytes) {
    long usable;
    try {
      usable = Files.getFileStore(kept).getUsableSpace();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot tell how much room is left at " + kept, e);
    }
    if (usable - reserveBytes < bytes) {
      throw new KumiaiException.StorageFull(
          "storage-full",
          "the aggregator's disk has no room for %d bytes beside the reserve: make room and try again"
              .formatted(bytes));
    }
  }

  private Path path(Digest digest) {
    return kept.resolve(digest.hex().substring(0, 2)).resolve(digest.hex());
  }
}
