package dev.kumiai.cli.process;

import dev.kumiai.core.KumiaiException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/// Where the packaged services are: a checkout that was built.
///
/// @param root top of the checkout
public record Installation(Path root) {

  /// Names the root; the launcher sets it.
  public static final String PROPERTY = "kumiai.home";

  /// The packaged applications.
  public enum Service {
    AGGREGATION("aggregation"),
    GENERATION("generation"),
    LOCAL_TRAINING("local-training"),
    CLI("cli");

    private final String folder;

    Service(String folder) {
      this.folder = folder;
    }

    public String folder() {
      return folder;
    }
  }

  /// The installation that this process was started from.
  public static Installation ofThisProcess() {
    String root = System.getProperty(PROPERTY);
    if (root == null) {
      throw new KumiaiException.Invalid(
          "installation-unknown",
          "the system property " + PROPERTY + " is not set: start this by ./kumiai");
    }
    return new Installation(Path.of(root).toAbsolutePath().normalize());
  }

  /// The jar that starts `service`.
  public Path jar(Service service) {
    Path jar = application(service).resolve("quarkus-run.jar");
    if (!Files.isRegularFile(jar)) {
      throw new KumiaiException.NotFound(
          "service-not-built",
          service.folder()
              + " is not packaged at "
              + jar
              + ": start this by ./kumiai, which builds");
    }
    return jar;
  }

  /// The generator that comes with the built-in pictures of castings.
  public Path shippedGenerator() {
    return root.resolve("generators/castings.safetensors");
  }

  /// The folder for what this checkout makes and git does not see.
  public Path work() {
    return root.resolve(".kumiai");
  }

  /// The command that runs `service` under the JDK of this process.
  ///
  /// @param flags options of the virtual machine
  /// @param arguments for the service itself
  public List<String> command(Service service, List<String> flags, List<String> arguments) {
    return Stream.of(List.of(java()), flags, List.of("-jar", jar(service).toString()), arguments)
        .flatMap(List::stream)
        .toList();
  }

  /// The same as [#command], for a process that ends when this one does.
  ///
  /// @param tether folder with the class of [Tether]
  List<String> tetheredCommand(
      Path tether, Service service, List<String> flags, List<String> arguments) {
    Path jar = jar(service);
    return Stream.of(
            List.of(java()),
            addOpens(jar),
            flags,
            List.of(
                "-cp", tether + File.pathSeparator + jar, Tether.class.getName(), jar.toString()),
            arguments)
        .flatMap(List::stream)
        .toList();
  }

  /// What the jar's manifest asks to be opened, which counts for `java -jar` only.
  private static List<String> addOpens(Path jar) {
    try (JarFile file = new JarFile(jar.toFile())) {
      String wanted = file.getManifest().getMainAttributes().getValue("Add-Opens");
      return wanted == null
          ? List.of()
          : Stream.of(wanted.strip().split(" +", -1))
              .map(opened -> "--add-opens=" + opened + "=ALL-UNNAMED")
              .toList();
    } catch (IOException e) {
      throw new KumiaiException.Unavailable("service-unreadable", jar + " cannot be read", e);
    }
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private Path application(Service service) {
    return root.resolve("services").resolve(service.folder()).resolve("target/quarkus-app");
  }
}
