package dev.kumiai.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Digest;
import dev.kumiai.core.Progress;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.worker.SiteFolder;
import dev.kumiai.worker.generated.Manifest;
import dev.kumiai.worker.generated.StoredSet;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// kill -9 of the process that makes a set, whatever it is doing at that moment.
final class KilledMakingTest {

  private static final int KILLED = 137;
  private static final long PATIENCE_SECONDS = 60;

  @TempDir private Path root;

  @Test
  void endsWithTheBitsOfAnUndisturbedSetHoweverOftenItIsKilled() throws Exception {
    Path generators = Files.createDirectories(root.resolve("generators"));
    Digest generator = Shades.train(generators);
    SortedMap<String, Digest> undisturbed = undisturbed(generators, generator);
    SiteFolder site = new SiteFolder(root.resolve("killed"));
    Path partial = new GeneratedSet(site, Shades.PLAN).partial();
    List<Long> stored = new ArrayList<>(List.of(0L));

    for (int kill = 0; kill < 3; kill++) {
      Process process = start(site, generators, generator, kill);
      long seen = stored.getLast();
      await(() -> images(partial) > seen || !process.isAlive());
      process.destroyForcibly();
      assertThat(process.waitFor()).as(said(kill)).isEqualTo(KILLED);
      assertThat(StoredSet.find(site, Shades.PLAN)).isEmpty();
      stored.add(images(partial));
    }
    Process last = start(site, generators, generator, 3);
    assertThat(last.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();

    assertThat(last.exitValue()).as(said(3)).isZero();
    assertThat(Shades.contents(site.generated(Shades.PLAN))).isEqualTo(undisturbed);
    assertThat(Manifest.read(site.generated(Shades.PLAN)).samples())
        .hasSizeGreaterThan(MakesASet.BUDGET.values().stream().mapToInt(n -> n).sum());
    assertThat(stored).as("each process went on where the one before it was killed").isSorted();
  }

  private SortedMap<String, Digest> undisturbed(Path generators, Digest generator) {
    SiteFolder site = new SiteFolder(root.resolve("undisturbed"));
    EngineDevice device = EngineDevice.cpu(1);
    new SetMaking(
            Offline.generators(generators),
            (_, _, _, _) -> new Choosy(),
            () -> device,
            1 << 20,
            Clock.systemUTC())
        .make(Shades.task(generator, MakesASet.BUDGET), site, Progress.SILENT);
    return Shades.contents(site.generated(Shades.PLAN));
  }

  private Process start(SiteFolder site, Path generators, Digest generator, int number)
      throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            MakesASet.class.getName(),
            site.path().toString(),
            generators.toString(),
            generator.toString())
        .redirectErrorStream(true)
        .redirectOutput(log(number))
        .start();
  }

  private File log(int number) {
    return root.resolve("process-" + number + ".log").toFile();
  }

  private String said(int number) throws IOException {
    return Files.readString(log(number).toPath());
  }

  private static long images(Path partial) {
    try (var files = Files.walk(partial)) {
      return files.filter(file -> file.toString().endsWith(".png")).count();
    } catch (IOException | java.io.UncheckedIOException _) {
      return 0; // not there yet, or going
    }
  }

  private interface Condition {
    boolean holds();
  }

  private static void await(Condition condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }
}
