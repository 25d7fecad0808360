package dev.kumiai.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TetherTest {

  @TempDir private Path folder;

  /// Says its arguments, then waits for ever.
  static final class Waiting {
    public static void main(String... args) throws InterruptedException {
      System.out.println("started " + List.of(args));
      new CountDownLatch(1).await();
    }
  }

  /// Starts a tethered [Waiting] as a demo would, says its process id, then waits to be killed.
  static final class Parent {
    public static void main(String... command) throws IOException, InterruptedException {
      Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
      BufferedReader said = child.inputReader(StandardCharsets.UTF_8);
      System.out.println(child.pid() + " " + said.readLine());
      new CountDownLatch(1).await();
    }
  }

  private Path jar() throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Waiting.class.getName());
    Path jar = folder.resolve("waiting.jar");
    String entry = Waiting.class.getName().replace('.', '/') + ".class";
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out, manifest)) {
      entries.putNextEntry(new JarEntry(entry));
      entries.write(Files.readAllBytes(Path.of("target/test-classes", entry)));
    }
    return jar;
  }

  private List<String> tethered(String... args) throws IOException {
    Path jar = jar();
    String classPath = Tether.copyTo(folder.resolve("tether")) + File.pathSeparator + jar;
    return Stream.concat(
            Stream.of(java(), "-cp", classPath, Tether.class.getName(), jar.toString()),
            Stream.of(args))
        .toList();
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin/java").toString();
  }

  @Test
  void endsWhenItsInputEnds() throws Exception {
    Process service = new ProcessBuilder(tethered("one", "two")).redirectErrorStream(true).start();
    BufferedReader said = service.inputReader(StandardCharsets.UTF_8);
    assertThat(said.readLine()).isEqualTo("started [one, two]");

    service.getOutputStream().close();

    assertThat(service.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(service.exitValue()).isEqualTo(143);
  }

  @Test
  void endsWhenItsParentIsKilled() throws Exception {
    String testClasses = Path.of("target/test-classes").toAbsolutePath().toString();
    List<String> command =
        Stream.concat(
                Stream.of(java(), "-cp", testClasses, Parent.class.getName()), tethered().stream())
            .toList();
    Process parent = new ProcessBuilder(command).start();
    String said = parent.inputReader(StandardCharsets.UTF_8).readLine();
    assertThat(said).endsWith("started []");
    ProcessHandle service = ProcessHandle.of(Long.parseLong(said.split(" ", -1)[0])).orElseThrow();

    parent.destroyForcibly();

    service.onExit().get(20, TimeUnit.SECONDS);
    assertThat(service.isAlive()).isFalse();
  }
}
