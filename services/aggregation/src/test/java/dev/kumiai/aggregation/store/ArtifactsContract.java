package dev.kumiai.aggregation.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.aggregation.model.Artifacts;
import dev.kumiai.aggregation.model.Kept;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every store of artifacts does.
abstract class ArtifactsContract {

  /// More than a part of an object, and no multiple of one.
  static final int SEVERAL_PARTS = (11 << 20) + 3;

  @TempDir Path data = Path.of("");

  /// The store as a process finds it that starts now, on the same data.
  abstract Artifacts artifacts(Path data, long reserveBytes) throws IOException;

  Artifacts artifacts() throws IOException {
    return artifacts(data, 0);
  }

  static byte[] random(int bytes, long seed) {
    byte[] content = new byte[bytes];
    new Random(seed).nextBytes(content);
    return content;
  }

  static Digest keep(Artifacts artifacts, byte[] content) throws IOException {
    Path file = Files.write(artifacts.temporary(), content);
    Digest digest = Digest.of(content);
    artifacts.send(file, digest);
    artifacts.keep(file, digest);
    assertThat(file).doesNotExist();
    return digest;
  }

  static void assertKept(Artifacts artifacts, Digest digest, byte[] content) {
    assertThat(artifacts.has(digest)).isTrue();
    try (Kept kept = artifacts.open(digest).orElseThrow()) {
      assertThat(kept.file()).hasBinaryContent(content);
    }
  }

  @Test
  void keepsAFileUnderItsDigestAndFindsItAgain() throws IOException {
    Artifacts artifacts = artifacts();
    byte[] content = random(1_000, 1);
    assertThat(artifacts.open(Digest.of(content))).isEmpty();
    assertThat(artifacts.has(Digest.of(content))).isFalse();

    Digest digest = keep(artifacts, content);

    assertKept(artifacts, digest, content);
    assertKept(artifacts(), digest, content);
  }

  @Test
  void keepsAFileOfManyParts() throws IOException {
    byte[] content = random(SEVERAL_PARTS, 2);

    Digest digest = keep(artifacts(), content);

    assertKept(artifacts(), digest, content);
  }

  @Test
  void keepsAnEmptyFile() throws IOException {
    Digest digest = keep(artifacts(), new byte[0]);

    assertKept(artifacts(), digest, new byte[0]);
  }

  @Test
  void keepingTheSameAgainChangesNothing() throws IOException {
    Artifacts artifacts = artifacts();
    byte[] content = random(10, 3);
    keep(artifacts, content);

    Digest digest = keep(artifacts, content);

    assertKept(artifacts, digest, content);
  }

  @Test
  void isReadByManyAtOnce() throws Exception {
    byte[] content = random(100_000, 4);
    Digest digest = keep(artifacts(), content);
    Artifacts artifacts = artifacts();

    try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var reader :
          readers.invokeAll(
              IntStream.range(0, 16)
                  .mapToObj(_ -> Executors.callable(() -> assertKept(artifacts, digest, content)))
                  .toList())) {
        reader.get();
      }
    }
  }

  @Test
  void removesAFileOnceAndForAll() throws IOException {
    Artifacts artifacts = artifacts();
    Digest digest = keep(artifacts, random(10, 20));
    Digest other = keep(artifacts, random(SEVERAL_PARTS, 21));

    artifacts.remove(digest);
    artifacts.remove(digest);

    assertThat(artifacts.has(digest)).isFalse();
    assertThat(artifacts.open(digest)).isEmpty();
    Map<Digest, Long> left = new HashMap<>();
    artifacts.forEach(left::put);
    assertThat(left).isEqualTo(Map.of(other, (long) SEVERAL_PARTS));
    artifacts.sweep(Instant.now());
    assertKept(artifacts, other, random(SEVERAL_PARTS, 21));
  }

  @Test
  void removesWhatACrashLeftHalfWritten() throws IOException {
    Path dead = Files.createDirectories(data.resolve("temporary").resolve("of-a-dead-process"));
    Files.createFile(dead.resolve("alive"));
    Files.write(dead.resolve("half"), new byte[] {1});

    artifacts();

    assertThat(dead).doesNotExist();
  }

  @Test
  void leavesAloneWhatALiveReplicaIsWriting() throws IOException {
    Path half = Files.write(artifacts().temporary(), new byte[] {1});

    artifacts().removeLeftovers();

    assertThat(half).exists();
  }

  @Test
  void leavesTheReserveFree() throws IOException {
    Artifacts full = artifacts(data, 1L << 60);
    assertThatThrownBy(() -> full.requireRoom(1))
        .isInstanceOf(KumiaiException.StorageFull.class)
        .extracting("code")
        .isEqualTo("storage-full");
    assertThatThrownBy(full::requireReady).isInstanceOf(KumiaiException.StorageFull.class);
    artifacts().requireRoom(1);
    artifacts().requireReady();
  }
}
