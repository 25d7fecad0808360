package dev.kumiai.aggregation.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.aggregation.config.StorageConfig;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import io.quarkus.runtime.configuration.MemorySize;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryArtifactsTest {

  @TempDir Path data = Path.of("");

  private DirectoryArtifacts artifacts(long reserve) {
    return new DirectoryArtifacts(
        new StorageConfig() {
          @Override
          public Path data() {
            return data;
          }

          @Override
          public MemorySize reserve() {
            return new MemorySize(BigInteger.valueOf(reserve));
          }
        });
  }

  @Test
  void keepsAFileUnderItsDigestAndFindsItAgain() throws IOException {
    DirectoryArtifacts artifacts = artifacts(0);
    Path file = Files.write(artifacts.temporary(), new byte[] {1, 2, 3});
    Digest digest = Digest.of(file);

    assertThat(artifacts.open(digest)).isEmpty();
    artifacts.keep(file, digest);

    assertThat(file).doesNotExist();
    assertThat(artifacts(0).open(digest))
        .hasValueSatisfying(kept -> assertThat(kept.file()).hasBinaryContent(new byte[] {1, 2, 3}));
  }

  @Test
  void keepingTheSameAgainChangesNothing() throws IOException {
    DirectoryArtifacts artifacts = artifacts(0);
    for (int i = 0; i < 2; i++) {
      Path file = Files.write(artifacts.temporary(), new byte[] {1});
      artifacts.keep(file, Digest.of(file));
    }

    assertThat(artifacts.has(Digest.of(new byte[] {1}))).isTrue();
  }

  @Test
  void removesWhatACrashLeftHalfWritten() throws IOException {
    Path dead = Files.createDirectories(data.resolve("temporary").resolve("of-a-dead-process"));
    Files.createFile(dead.resolve("alive"));
    Files.write(dead.resolve("half"), new byte[] {1});

    artifacts(0);

    assertThat(dead).doesNotExist();
  }

  @Test
  void leavesAloneWhatALiveReplicaIsWriting() throws IOException {
    Path half = Files.write(artifacts(0).temporary(), new byte[] {1});

    artifacts(0).removeLeftovers();

    assertThat(half).exists();
  }

  @Test
  void leavesTheReserveFree() {
    assertThatThrownBy(() -> artifacts(1L << 60).requireRoom(1))
        .isInstanceOf(KumiaiException.StorageFull.class)
        .extracting("code")
        .isEqualTo("storage-full");
    artifacts(0).requireRoom(1);
  }
}
