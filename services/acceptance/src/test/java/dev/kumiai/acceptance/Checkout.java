package dev.kumiai.acceptance;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The checkout under test, its packaged services and the data around it.
public final class Checkout {

  public static final Path ROOT =
      Path.of(System.getProperty("kumiai.home", "../..")).toAbsolutePath().normalize();

  private Checkout() {}

  /// Whether the packaged applications are run as native executables.
  static final boolean NATIVE = !System.getenv().getOrDefault("KUMIAI_NATIVE", "").isEmpty();

  /// The command that runs the packaged application of a module.
  ///
  /// @param options that a JVM and a native executable both understand: `-Xmx`, `-D`
  static List<String> command(String service, List<String> options) {
    Stream<List<String>> parts =
        NATIVE
            ? Stream.of(List.of(executable(service).toString()), options)
            : Stream.of(jvm(), options, List.of("-jar", jar(service).toString()));
    return parts.flatMap(List::stream).toList();
  }

  /// The packaged application of a module on the JVM.
  public static Path jar(String service) {
    return target(service).resolve("quarkus-app/quarkus-run.jar");
  }

  private static Path executable(String service) {
    return target(service).resolve("kumiai-%s-runner".formatted(service));
  }

  private static Path target(String service) {
    return ROOT.resolve("services").resolve(service).resolve("target");
  }

  private static List<String> jvm() {
    return List.of(
        java().toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow");
  }

  /// The generator that comes with the project.
  static Path castingsGenerator() {
    return ROOT.resolve("generators").resolve("castings.safetensors");
  }

  static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  /// Real data of that name, where this machine has it.
  static Optional<Path> realData(String name) {
    return Stream.of(System.getenv("KUMIAI_DATA"), ROOT.resolve("../shared/data").toString())
        .filter(folder -> folder != null && !folder.isBlank())
        .map(folder -> Path.of(folder).resolve(name).normalize())
        .filter(Files::isDirectory)
        .findFirst();
  }
}
