package dev.kumiai.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManyRoundsTest {

  private static final int ROUNDS = 1_000;

  /// The JVM is one whose own memory soon stays as it is: a heap of fixed size, a compiler without
  /// profiles, one malloc arena. What is left to grow is what rounds leave behind, and 2 KiB in each
  /// round of the second half, less than the smallest network's weights, would show as 1 MiB.
  @ParameterizedTest
  @ValueSource(strings = {"CNN", "tiny.pt"})
  void takesNoMoreMemoryAfterManyRounds(String network) throws IOException, InterruptedException {
    assumeThat(Path.of("/proc/self/status")).as("resident memory is read on Linux").exists();
    // Given
    ProcessBuilder jvm =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xms64m",
            "-Xmx64m",
            "-XX:+AlwaysPreTouch",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            ManyRounds.class.getName(),
            String.valueOf(ROUNDS),
            network);
    jvm.environment().put("MALLOC_ARENA_MAX", "1");
    Path errors = Files.createTempFile("many-rounds", ".txt");
    Process process = jvm.redirectError(errors.toFile()).start();

    // When
    List<Long> residentKib = process.inputReader().lines().map(Long::valueOf).toList();

    // Then
    assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
    assertThat(residentKib).hasSize(ROUNDS / 50);
    assertThat(residentKib.getLast() - residentKib.get(residentKib.size() / 2)).isLessThan(1024);
    Files.delete(errors);
  }
}
