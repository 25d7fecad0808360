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

  /// The packaged application of a module.
  public static Path jar(String service) {
    return ROOT.resolve("services").resolve(service).resolve("target/quarkus-app/quarkus-run.jar");
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

  /// Options that every service gets, so that several run on two cores and little memory.
  static List<String> jvm() {
    return List.of(
        "-XX:+UseSerialGC",
        "-Xmx512m",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow");
  }
}
