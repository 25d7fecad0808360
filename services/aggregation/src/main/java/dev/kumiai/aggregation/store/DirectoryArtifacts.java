package dev.kumiai.aggregation.store;

import dev.kumiai.aggregation.model.Artifacts;
import dev.kumiai.aggregation.model.Kept;
import dev.kumiai.core.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/// Artifacts as files `artifacts/<first 2 digits>/<digest>` of the data folder, which replicas
/// share: a file appears under its digest by a rename, whole.
final class DirectoryArtifacts implements Artifacts {

  private final Path kept;
  private final TemporaryFolder temporary;
  private final Disk disk;

  DirectoryArtifacts(Path data, long reserveBytes) throws IOException {
    this.kept = data.resolve("artifacts");
    this.disk = new Disk(data, reserveBytes);
    Files.createDirectories(kept);
    this.temporary = new TemporaryFolder(data.resolve("temporary"));
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
    Disk.force(folder);
    Disk.force(kept);
  }

  @Override
  public void requireRoom(long bytes) {
    disk.requireRoom(bytes);
  }

  @Override
  public void remove(Digest digest) {
    try {
      Files.deleteIfExists(path(digest));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + digest, e);
    }
  }

  @Override
  public void forEach(BiConsumer<Digest, Long> action) {
    try (Stream<Path> files = Files.walk(kept)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Digest.ofFileName(file).ifPresent(digest -> action.accept(digest, file.toFile().length()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + kept, e);
    }
  }

  /// What was begun is a temporary file of its process.
  @Override
  public void sweep(Instant before) {}

  @Override
  public void removeLeftovers() throws IOException {
    temporary.removeLeftovers();
  }

  @Override
  public void requireReady() {
    requireRoom(1);
  }

  private Path path(Digest digest) {
    return kept.resolve(digest.hex().substring(0, 2)).resolve(digest.hex());
  }
}
