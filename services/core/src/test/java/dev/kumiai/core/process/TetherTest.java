package dev.kumiai.core.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TetherTest {

  private static final Map<String, String> TETHERED = Map.of(Tether.VARIABLE, Tether.STDIN);

  /// A service: says that it has started, then waits for ever.
  static final class Waiting {
    public static void main(String... args) throws InterruptedException {
      Tether.holdWhereAsked();
      System.out.println("started");
      new CountDownLatch(1).await();
    }
  }

  /// Starts a command as a demo would, says its process id, then waits to be killed.
  static final class Parent {
    public static void main(String... command) throws IOException, InterruptedException {
      Process child = start(List.of(command), TETHERED);
      BufferedReader said = child.inputReader(StandardCharsets.UTF_8);
      System.out.println(child.pid() + " " + said.readLine());
      new CountDownLatch(1).await();
    }
  }

  private static Process start(List<String> command, Map<String, String> environment)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static List<String> java(Class<?> main, List<String> arguments) {
    return Stream.concat(
            Stream.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                Path.of("target/classes") + ":" + Path.of("target/test-classes"),
                main.getName()),
            arguments.stream())
        .toList();
  }

  @Test
  void aServiceEndsWhenItsInputEnds() throws Exception {
    Process service = start(java(Waiting.class, List.of()), TETHERED);
    assertThat(service.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("started");

    service.getOutputStream().close();

    assertThat(service.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(service.exitValue()).isEqualTo(143);
  }

  @Test
  void aServiceEndsWhenItsParentIsKilled() throws Exception {
    Process parent = start(java(Parent.class, java(Waiting.class, List.of())), Map.of());
    String said = parent.inputReader(StandardCharsets.UTF_8).readLine();
    assertThat(said).endsWith("started");
    ProcessHandle service = ProcessHandle.of(Long.parseLong(said.split(" ", -1)[0])).orElseThrow();

    parent.destroyForcibly();

    service.onExit().get(20, TimeUnit.SECONDS);
    assertThat(service.isAlive()).isFalse();
  }

  @Test
  void whoDoesNotAskIsLeftAlone() throws Exception {
    Process service = start(java(Waiting.class, List.of()), Map.of());
    assertThat(service.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("started");

    service.getOutputStream().close();

    assertThat(service.waitFor(500, TimeUnit.MILLISECONDS)).isFalse();
    service.destroyForcibly();
  }
}
