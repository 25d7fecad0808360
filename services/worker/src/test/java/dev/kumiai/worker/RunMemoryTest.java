package dev.kumiai.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.Shape;
import dev.kumiai.core.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunMemoryTest {

  private static final RunId RUN = RunId.random();

  @TempDir Path root;

  private RunMemory memory(RunId run) {
    return new SiteFolder(root).memory(run);
  }

  private static Digest update(int number) {
    return Digest.of(new byte[] {(byte) number});
  }

  private static ModelWeights number(float value) {
    return ModelWeights.of(List.of(Tensor.ofFloats("x", Shape.of(1), new float[] {value})));
  }

  private static float recalled(RunMemory memory, Digest update) throws IOException {
    try (SafetensorsFile file = memory.recall(update)) {
      return file.weights().get("x").toFloats()[0];
    }
  }

  @Test
  void recallsWhatWasRememberedWithAnUpdateInAnotherProcess() throws IOException {
    memory(RUN).remember(update(1), number(1));
    memory(RUN).remember(update(2), number(2));
    memory(RUN).remember(update(2), number(3));

    assertThat(recalled(memory(RUN), update(1))).isEqualTo(1);
    assertThat(recalled(memory(RUN), update(2))).isEqualTo(3);
  }

  @Test
  void namesTheFolderThatIsToBePutBack() {
    assertThatThrownBy(() -> memory(RUN).recall(update(1)))
        .isInstanceOf(KumiaiException.NotFound.class)
        .hasMessageContaining("memory/" + RUN)
        .extracting("code")
        .isEqualTo("site-memory-lost");
  }

  @Test
  void saysWhereItMustBeAbleToWrite() throws IOException {
    Files.createFile(root.resolve("memory"));

    assertThatThrownBy(() -> memory(RUN).remember(update(1), number(1)))
        .isInstanceOf(KumiaiException.Unavailable.class)
        .hasMessageContaining("let the worker write to memory/")
        .extracting("code")
        .isEqualTo("site-memory-unwritable");
  }

  @Test
  void keepsWhatCountedHoweverManyAttemptsCameAfterItAndFewOfThose() throws IOException {
    memory(RUN).remember(update(0), number(0));
    for (int attempt = 1; attempt <= 20; attempt++) {
      recalled(memory(RUN), update(0));
      memory(RUN).remember(update(attempt), number(attempt));
    }

    assertThat(recalled(memory(RUN), update(0))).isEqualTo(0);
    assertThat(recalled(memory(RUN), update(20))).isEqualTo(20);
    try (Stream<Path> files = Files.list(root.resolve("memory/" + RUN))) {
      assertThat(files).hasSizeLessThanOrEqualTo(4);
    }
  }

  @Test
  void forgetsRunsThatAreLongOverWhenAnotherBegins() throws IOException {
    RunId over = RunId.random();
    memory(over).remember(update(1), number(1));
    memory(RUN).remember(update(1), number(1));
    age(over, RunMemory.LONGEST_PAUSE.plusDays(1));
    age(RUN, RunMemory.LONGEST_PAUSE.minusDays(1));

    memory(RunId.random()).remember(update(1), number(1));

    assertThat(root.resolve("memory/" + over)).doesNotExist();
    assertThat(recalled(memory(RUN), update(1))).isEqualTo(1);
  }

  private void age(RunId run, Duration by) throws IOException {
    try (Stream<Path> files = Files.list(root.resolve("memory/" + run))) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(by)));
      }
    }
  }
}
