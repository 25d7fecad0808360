package dev.kumiai.acceptance.helm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;

/// A persistent volume in a folder of this machine, for the test cluster: its node is this machine,
/// and nothing there makes volumes. Any user may write to it, because Kubernetes gives no group to
/// folders of a node.
///
/// @param name of the volume, for `persistence.volumeName` with the storage class `-`
/// @param folder on this machine
public record HostVolume(Kubectl kubectl, String name, Path folder) implements AutoCloseable {

  /// Makes the folder and the volume.
  public static HostVolume make(Kubectl kubectl, String name) {
    try {
      Path folder = Files.createTempDirectory("kumiai-" + name);
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
      kubectl.runWith(
          """
          apiVersion: v1
          kind: PersistentVolume
          metadata: {name: %s}
          spec:
            capacity: {storage: 100Gi}
            accessModes: [ReadWriteOnce, ReadWriteMany]
            persistentVolumeReclaimPolicy: Retain
            storageClassName: ""
            hostPath: {path: %s}
          """
              .formatted(name, folder),
          "apply",
          "--filename=-");
      return new HostVolume(kubectl, name, folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    kubectl.run("delete", "persistentvolume", name, "--ignore-not-found", "--wait=false");
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(Chart::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
