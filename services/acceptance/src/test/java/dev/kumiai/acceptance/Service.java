package dev.kumiai.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// A packaged service as a process, with its output in a file.
final class Service implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofSeconds(90);

  private final String name;
  private final Process process;
  private final Path log;
  private final Thread hook;

  private Service(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
    // Even a test run that is broken off leaves no process.
    this.hook = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /// @param properties configuration, given as system properties
  static Service start(
      String name,
      String module,
      Path folder,
      Map<String, String> properties,
      String... arguments) {
    return start(name, module, folder, List.of(), properties, arguments);
  }

  /// @param jvm further options for its JVM
  static Service start(
      String name,
      String module,
      Path folder,
      List<String> jvm,
      Map<String, String> properties,
      String... arguments) {
    // Several run on two cores and little memory.
    List<String> options = new ArrayList<>(List.of("-Xmx512m"));
    options.addAll(jvm);
    properties.forEach((key, value) -> options.add("-D" + key + "=" + value));
    List<String> command = new ArrayList<>(Checkout.command(module, options));
    command.addAll(List.of(arguments));
    return start(name, folder, Map.of("OMP_NUM_THREADS", "1"), command);
  }

  static Service start(
      String name, Path folder, Map<String, String> environment, List<String> command) {
    try {
      Path log = Files.createTempFile(Files.createDirectories(folder), name + "-", ".log");
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
      builder.environment().putAll(environment);
      return new Service(name, builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Process process() {
    return process;
  }

  /// Everything it said so far.
  String said() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Asks it to end, as Kubernetes and Ctrl-C do.
  void terminate() {
    process.destroy();
  }

  /// kill -9.
  void kill() {
    process.destroyForcibly();
    await("it was killed", () -> !process.isAlive(), () -> "");
  }

  int awaitExit(Duration patience) {
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError(name + " did not end within " + patience + ":\n" + said());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// Waits until `condition`; fails when the process ends before, or after [#PATIENCE].
  void await(String what, BooleanSupplier condition) {
    await(
        what,
        () -> {
          if (!process.isAlive()) {
            throw new AssertionError(
                "%s ended with %d before %s:%n%s"
                    .formatted(name, process.exitValue(), what, said()));
          }
          return condition.getAsBoolean();
        },
        this::said);
  }

  static void await(String what, BooleanSupplier condition, Supplier<String> otherwise) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within " + PATIENCE + ": " + what + "\n" + otherwise.get());
      }
      try {
        TimeUnit.MILLISECONDS.sleep(100);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  /// This process and all that it started, directly or not.
  List<ProcessHandle> family() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    Runtime.getRuntime().removeShutdownHook(hook);
  }
}
