package dev.kumiai.cli.process;

import dev.kumiai.core.KumiaiException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Where the packaged services are: a checkout that was built.
///
/// @param root top of the checkout
/// @param form what is run of a service
public record Installation(Path root, Form form) {

  /// Names the root; the launcher sets it.
  public static final String PROPERTY = "kumiai.home";

  /// Set in a native executable alone.
  private static final String IMAGE_CODE = "org.graalvm.nativeimage.imagecode";

  /// A service is a jar under the JDK of this process, or an executable of its own.
  public enum Form {
    JVM,
    NATIVE
  }

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

  /// The installation that this process was started from. A native executable starts native ones.
  public static Installation ofThisProcess() {
    String root = System.getProperty(PROPERTY);
    if (root == null) {
      throw new KumiaiException.Invalid(
          "installation-unknown",
          "the system property " + PROPERTY + " is not set: start this by ./kumiai");
    }
    Form form = System.getProperty(IMAGE_CODE) == null ? Form.JVM : Form.NATIVE;
    return new Installation(Path.of(root).toAbsolutePath().normalize(), form);
  }

  /// The generator that comes with the built-in pictures of castings.
  public Path shippedGenerator() {
    return root.resolve("generators/castings.safetensors");
  }

  /// The folder for what this checkout makes and git does not see.
  public Path work() {
    return root.resolve(".kumiai");
  }

  /// The command that runs `service`.
  ///
  /// @param options that a JVM and a native executable both understand: `-Xmx`, `-D`
  /// @param arguments for the service itself
  public List<String> command(Service service, List<String> options, List<String> arguments) {
    Stream<List<String>> parts =
        switch (form) {
          case JVM ->
              Stream.of(jvm(), options, List.of("-jar", jar(service).toString()), arguments);
          case NATIVE -> Stream.of(List.of(executable(service).toString()), options, arguments);
        };
    return parts.flatMap(List::stream).toList();
  }

  /// For a dozen processes that live for minutes on one machine: what the optimizing compiler takes
  /// to start an aggregator, it does not give back.
  private static List<String> jvm() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow");
  }

  private Path jar(Service service) {
    Path jar = target(service).resolve("quarkus-app/quarkus-run.jar");
    if (!Files.isRegularFile(jar)) {
      throw notBuilt(service, "packaged", jar, "start this by ./kumiai, which builds");
    }
    return jar;
  }

  private Path executable(Service service) {
    Path executable = target(service).resolve("kumiai-%s-runner".formatted(service.folder()));
    if (!Files.isExecutable(executable)) {
      throw notBuilt(service, "compiled", executable, "'./kumiai native' does that");
    }
    return executable;
  }

  private static KumiaiException notBuilt(Service service, String how, Path file, String remedy) {
    return new KumiaiException.NotFound(
        "service-not-built",
        "%s is not %s at %s: %s".formatted(service.folder(), how, file, remedy));
  }

  private Path target(Service service) {
    return root.resolve("services").resolve(service.folder()).resolve("target");
  }
}
