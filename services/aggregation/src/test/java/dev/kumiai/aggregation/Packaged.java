package dev.kumiai.aggregation;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The packaged aggregator: a jar, or an executable where the launcher said so.
final class Packaged {

  static final boolean NATIVE = !System.getenv().getOrDefault("KUMIAI_NATIVE", "").isEmpty();

  private Packaged() {}

  /// The command that starts it.
  ///
  /// @param module folder of the module
  /// @param onJvm options of a JVM alone
  /// @param options that a JVM and a native executable both understand: `-Xmx`, `-D`
  static List<String> command(Path module, List<String> onJvm, List<String> options) {
    Path target = module.resolve("target").toAbsolutePath();
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Path jar = target.resolve("quarkus-app").resolve("quarkus-run.jar");
    Path executable = target.resolve("kumiai-aggregation-runner");
    Stream<List<String>> parts =
        NATIVE
            ? Stream.of(List.of(executable.toString()), options)
            : Stream.of(List.of(java.toString()), onJvm, options, List.of("-jar", jar.toString()));
    return parts.flatMap(List::stream).toList();
  }
}
