package dev.kumiai.aggregation.store;

import dev.kumiai.aggregation.config.StorageConfig;
import dev.kumiai.aggregation.model.Artifacts;
import dev.kumiai.aggregation.model.Kept;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/// Artifacts as files `artifacts/<first 2 digits>/<digest>` of the data folder.
@Startup
@Singleton
class DirectoryArtifacts implements Artifacts {

  private final Path kept;
  private final Path temporary;
  private final long reserveBytes;

  DirectoryArtifacts(StorageConfig config) {
    Path data = config.data().toAbsolutePath().normalize();
    this.kept = data.resolve("artifacts");
    this.temporary = data.resolve("temporary");
    this.reserveBytes = config.reserve().asLongValue();
    try {
      Files.createDirectories(kept);
      Files.createDirectories(temporary);
      removeLeftovers();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the data folder " + data, e);
    }
  }

  /// What a crash left half-written. One aggregator per folder: the database's lock sees to that.
  private void removeLeftovers() throws IOException {
    List<Path> leftovers;
    try (Stream<Path> files = Files.list(temporary)) {
      leftovers = files.toList();
    }
    for (Path file : leftovers) {
      Files.deleteIfExists(file);
    }
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
    return temporary.resolve(UUID.randomUUID().toString());
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
      usable = Files.getFileStore(temporary).getUsableSpace();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot tell how much room is left at " + temporary, e);
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
