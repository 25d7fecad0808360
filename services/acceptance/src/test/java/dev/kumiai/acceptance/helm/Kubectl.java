package dev.kumiai.acceptance.helm;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// `kubectl`, as a process: the one that `KUBECTL` names, that of the `PATH`, or that of the test
/// cluster.
public final class Kubectl {

  private final Path program;
  private final List<String> always;

  private Kubectl(Path program, List<String> always) {
    this.program = program;
    this.always = List.copyOf(always);
  }

  /// All that this machine has, without a cluster: releases differ in their kustomize.
  static List<Kubectl> local() {
    String home = Optional.ofNullable(System.getenv("KUBE_HOME")).orElse("/var/cache/test-cluster");
    Stream<Path> named = Optional.ofNullable(System.getenv("KUBECTL")).map(Path::of).stream();
    Stream<Path> known =
        Stream.concat(
                Stream.of(
                        Optional.ofNullable(System.getenv("PATH"))
                            .orElse("")
                            .split(File.pathSeparator))
                    .map(Path::of),
                Stream.of(Path.of(home, "bin")))
            .map(folder -> folder.resolve("kubectl"));
    return Stream.concat(named, known)
        .filter(Files::isExecutable)
        .map(Kubectl::real)
        .distinct()
        .map(program -> new Kubectl(program, List.of()))
        .toList();
  }

  private static Path real(Path program) {
    try {
      return program.toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Of a cluster.
  public static Kubectl of(Path kubeconfig) {
    Path program =
        local().stream()
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalStateException("no kubectl: install it, or ../shared/cluster/build"))
            .program;
    return new Kubectl(program, List.of("--kubeconfig", kubeconfig.toString()));
  }

  /// For objects of a namespace.
  public Kubectl in(String namespace) {
    return new Kubectl(
        program, Stream.concat(always.stream(), Stream.of("--namespace", namespace)).toList());
  }

  /// Runs it, and returns what it said on standard output.
  ///
  /// @throws IllegalStateException where it ended otherwise than well, with its errors
  public String run(String... arguments) {
    return runWith("", arguments);
  }

  /// Runs it with input, and returns what it said on standard output.
  ///
  /// @param input what it reads, such as manifests for `apply -f -`
  public String runWith(String input, String... arguments) {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(always);
    command.addAll(List.of(arguments));
    try {
      Path errors = Files.createTempFile("kubectl", ".txt");
      try {
        Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        try (var stdin = process.getOutputStream()) {
          stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        if (status != 0) {
          throw new IllegalStateException(
              "kubectl %s ended with %d: %s"
                  .formatted(List.of(arguments), status, Files.readString(errors)));
        }
        return said;
      } finally {
        Files.delete(errors);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
