package dev.kumiai.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.protocol.task.TaskSpec;
import dev.kumiai.worker.SiteFolder;
import dev.kumiai.worker.generated.StoredSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real disk of a few megabytes: mounting one takes root, so these are skipped for others.
final class FullDiskTest {

  private static final EngineDevice DEVICE = EngineDevice.cpu(1);
  private static final Map<String, Integer> BUDGET = Map.of("bright", 150, "dark", 10);

  @TempDir private Path root;
  private boolean mounted;

  @Test
  void aDiskThatFillsInTheMiddleLeavesNoHalfSetAndTheTaskGoesOnWhenThereIsRoom() throws Exception {
    Path generators = Files.createDirectories(root.resolve("generators"));
    Digest generator = Shades.train(generators);
    TaskSpec.Generate task = Shades.task(generator, BUDGET);
    SiteFolder roomy = new SiteFolder(root.resolve("roomy"));
    making(generators).make(task, roomy, Progress.SILENT);
    SortedMap<String, Digest> undisturbed = Shades.contents(roomy.generated(Shades.PLAN));
    Path disk = mount("2m");
    SiteFolder site = new SiteFolder(disk.resolve("plant-a"));
    // Somebody else's file takes the room once the set has begun.
    Path other = disk.resolve("other");
    Progress filling =
        (_, stage) -> {
          if (stage.startsWith("bright, ") && stored(site) > 0 && !Files.exists(other)) {
            fill(other, 40_000);
          }
        };

    assertThatThrownBy(() -> making(generators).make(task, site, filling))
        .isInstanceOf(KumiaiException.StorageFull.class)
        .extracting("code")
        .isEqualTo("disk-full");
    assertThat(StoredSet.find(site, Shades.PLAN)).isEmpty();
    assertThat(site.generated(Shades.PLAN)).doesNotExist();
    long before = stored(site);
    assertThatThrownBy(() -> making(generators).make(task, site, Progress.SILENT))
        .isInstanceOf(KumiaiException.StorageFull.class);
    assertThat(stored(site)).isEqualTo(before).isPositive();
    Files.delete(other);
    making(generators).make(task, site, Progress.SILENT);

    assertThat(Shades.contents(site.generated(Shades.PLAN))).isEqualTo(undisturbed);
  }

  @Test
  void beginsNothingOnADiskThatIsTooSmall() throws Exception {
    Path generators = Files.createDirectories(root.resolve("generators"));
    Digest generator = Shades.train(generators);
    SiteFolder site = new SiteFolder(mount("1m").resolve("plant-a"));

    assertThatThrownBy(
            () ->
                making(generators)
                    .make(Shades.task(generator, Map.of("bright", 500)), site, Progress.SILENT))
        .isInstanceOf(KumiaiException.StorageFull.class)
        .hasMessageContaining("500 generated samples")
        .extracting("code")
        .isEqualTo("disk-too-small");
  }

  private static SetMaking making(Path generators) {
    return new SetMaking(
        Offline.generators(generators),
        (_, _, _, _) -> new Choosy(),
        () -> DEVICE,
        0,
        Clock.systemUTC());
  }

  private static long stored(SiteFolder site) {
    Path manifest = new GeneratedSet(site, Shades.PLAN).partial().resolve("manifest.jsonl");
    try {
      return Files.exists(manifest) ? Files.readAllLines(manifest).size() : 0;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /// Writes until so many bytes are left.
  private static void fill(Path file, long left) {
    try {
      long room = Files.getFileStore(file.getParent()).getUsableSpace() - left;
      Files.write(file, new byte[(int) Math.max(0, room)]);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Path mount(String size) throws Exception {
    Path disk = Files.createDirectories(root.resolve("disk"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", disk.toString()) == 0,
        "no disk can be mounted here");
    mounted = true;
    return disk;
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted) {
      run("umount", root.resolve("disk").toString());
    }
  }

  private static int run(String... command) throws Exception {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException _) {
      return -1; // there is no such command
    }
  }
}
