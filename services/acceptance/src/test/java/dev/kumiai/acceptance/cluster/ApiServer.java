package dev.kumiai.acceptance.cluster;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The API server process of ../shared/cluster. It is halted, not ended: its node ends with it.
record ApiServer(ProcessHandle process) {

  /// Skips the test where the cluster is another one.
  static ApiServer ofTestCluster() {
    Optional<ProcessHandle> found =
        ProcessHandle.allProcesses().filter(ApiServer::isApiServer).findFirst();
    assumeTrue(
        found.isPresent(),
        "the API server can be stopped only in ../shared/cluster on this machine");
    return new ApiServer(found.orElseThrow());
  }

  private static boolean isApiServer(ProcessHandle process) {
    String home = Optional.ofNullable(System.getenv("KUBE_HOME")).orElse("/var/cache/test-cluster");
    List<String> arguments = process.info().arguments().map(List::of).orElse(List.of());
    return process.info().command().filter(c -> c.endsWith("/kube-apiserver")).isPresent()
        && arguments.stream().anyMatch(argument -> argument.contains(home + "/"));
  }

  /// Answers nobody for so long, and goes on then.
  void stopFor(Duration time) {
    signal("STOP");
    try {
      TimeUnit.MILLISECONDS.sleep(time.toMillis());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      signal("CONT");
    }
  }

  private void signal(String name) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start();
      if (kill.waitFor() != 0) {
        throw new AssertionError("kill -%s %d failed".formatted(name, process.pid()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
