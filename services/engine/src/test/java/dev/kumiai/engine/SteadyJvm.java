package dev.kumiai.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// A JVM whose own memory soon stays as it is: a heap of fixed size, a compiler without profiles,
/// one malloc arena. What grows in it then is what the program under test leaves behind.
public final class SteadyJvm {

  private static final Path STATUS = Path.of("/proc/self/status");

  private SteadyJvm() {}

  /// Runs a program that prints its [#residentKib] now and then, and returns what it printed.
  public static List<Long> run(Class<?> program, String... arguments)
      throws IOException, InterruptedException {
    assumeThat(STATUS).as("resident memory is read on Linux").exists();
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms64m",
                "-Xmx64m",
                "-XX:+AlwaysPreTouch",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder jvm = new ProcessBuilder(command);
    jvm.environment().put("MALLOC_ARENA_MAX", "1");
    Path errors = Files.createTempFile("steady-jvm", ".txt");
    Process process = jvm.redirectError(errors.toFile()).start();
    List<Long> printed = process.inputReader().lines().map(Long::valueOf).toList();
    assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
    Files.delete(errors);
    return printed;
  }

  /// Resident memory of this process in KiB.
  public static long residentKib() throws IOException {
    try (Stream<String> lines = Files.lines(STATUS)) {
      String line = lines.filter(l -> l.startsWith("VmRSS:")).findFirst().orElseThrow();
      return Long.parseLong(Arrays.asList(line.split("\\s+", 3)).get(1));
    }
  }
}
