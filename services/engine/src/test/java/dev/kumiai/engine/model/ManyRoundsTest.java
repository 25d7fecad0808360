package dev.kumiai.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManyRoundsTest {

  /// The JVM's own heap has a fixed size from the start; what it compiles and loads is there after
  /// the first half of the rounds. A leak of 8 KiB in each round of the second half, less than half
  /// of the smallest network's weights, would show as 4 MiB.
  @ParameterizedTest
  @CsvSource({"CNN, 1000", "tiny.pt, 600"})
  void takesNoMoreMemoryAfterManyRounds(String network, int rounds)
      throws IOException, InterruptedException {
    assumeThat(Path.of("/proc/self/status")).as("resident memory is read on Linux").exists();
    // Given
    ProcessBuilder jvm =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xms64m",
            "-Xmx64m",
            "-XX:+AlwaysPreTouch",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            ManyRounds.class.getName(),
            String.valueOf(rounds),
            network);
    Path errors = Files.createTempFile("many-rounds", ".txt");
    Process process = jvm.redirectError(errors.toFile()).start();

    // When
    List<Long> residentKib = process.inputReader().lines().map(Long::valueOf).toList();

    // Then
    assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
    assertThat(residentKib).hasSize(rounds / 50);
    assertThat(residentKib.getLast() - residentKib.get(residentKib.size() / 2)).isLessThan(4096);
    Files.delete(errors);
  }
}
