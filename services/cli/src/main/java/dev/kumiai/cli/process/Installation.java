package dev.kumiai.cli.process;

import dev.kumiai.core.KumiaiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

  /// The jar with [Tether] in it.
  Path tether() {
    Path folder = application(Service.CLI).resolve("app");
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".jar"))
          .sorted()
          .findFirst()
          .orElseThrow();
    } catch (IOException | java.util.NoSuchElementException e) {
      throw new KumiaiException.Unavailable(
          "service-not-built", "cli is not packaged in " + folder + ": start this by ./kumiai", e);
    }
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
  List<String> tetheredCommand(Service service, List<String> flags, List<String> arguments) {
    String jar = jar(service).toString();
    String classPath = tether() + java.io.File.pathSeparator + jar;
    return Stream.of(
            List.of(java()),
            flags,
            List.of("-cp", classPath, Tether.class.getName(), jar),
            arguments)
        .flatMap(List::stream)
        .toList();
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private Path application(Service service) {
    return root.resolve("services").resolve(service.folder()).resolve("target/quarkus-app");
  }
}
