package dev.kumiai.acceptance.cluster;

import dev.kumiai.acceptance.helm.HostVolume;
import dev.kumiai.acceptance.helm.Kubectl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The volumes of a federation, in folders of this machine that pods may write to.
final class SiteVolumes implements AutoCloseable {

  private final Kubectl cluster;
  private final List<HostVolume> volumes = new ArrayList<>();

  SiteVolumes(Kubectl cluster) {
    this.cluster = cluster;
  }

  /// An empty one.
  HostVolume add(String name) {
    HostVolume volume = HostVolume.make(cluster, name);
    volumes.add(volume);
    return volume;
  }

  /// One with files and a claim.
  void add(String namespace, String claim, Path files) {
    HostVolume volume = add(namespace + "-" + claim);
    copy(files, volume.folder());
    cluster
        .in(namespace)
        .runWith(
            """
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: %s}
            spec:
              accessModes: [ReadWriteMany]
              storageClassName: ""
              volumeName: %s
              resources: {requests: {storage: 1Gi}}
            """
                .formatted(claim, volume.name()),
            "apply",
            "--filename=-");
  }

  /// Copies files of a volume into another folder of it, and no class without samples.
  void copyWithin(String volume, String from, String to) {
    Path folder =
        volumes.stream().filter(v -> v.name().equals(volume)).findFirst().orElseThrow().folder();
    Path target = folder.resolve(to);
    try {
      Files.createDirectories(target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (Path made = target; !made.equals(folder); made = made.getParent()) {
      open(made);
    }
    copy(folder.resolve(from), target);
    removeEmpty(target);
  }

  private static void removeEmpty(Path root) {
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path :
          paths.sorted(Comparator.reverseOrder()).filter(Files::isDirectory).toList()) {
        try (Stream<Path> within = Files.list(path)) {
          if (within.findAny().isEmpty()) {
            Files.delete(path);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        if (!Files.exists(copy)) {
          Files.copy(file, copy);
        }
        open(copy);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Pods have a user of their own.
  private static void open(Path path) {
    try {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    volumes.forEach(HostVolume::close);
  }
}
