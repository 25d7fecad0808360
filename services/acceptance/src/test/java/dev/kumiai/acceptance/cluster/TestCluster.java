package dev.kumiai.acceptance.cluster;

import dev.kumiai.acceptance.helm.Kubectl;
import java.nio.file.Path;
import java.util.Optional;

/// The cluster that `./kumiai test-cluster` tests on, and what it is told about it.
record TestCluster(Path kubeconfig) {

  /// Labels every namespace that a test makes, with what `./kumiai test-cluster` finds it by when
  /// the tests were broken off.
  static String label() {
    return "kumiai.dev/test: "
        + Optional.ofNullable(System.getenv("KUMIAI_TEST_ID")).orElse("by-hand");
  }

  /// @throws AssertionError where nobody said which cluster may be used
  static TestCluster asked() {
    return Optional.ofNullable(System.getenv("KUMIAI_TEST_KUBECONFIG"))
        .map(file -> new TestCluster(Path.of(file)))
        .orElseThrow(
            () ->
                new AssertionError(
                    "KUMIAI_TEST_KUBECONFIG names no cluster to test on: run ./kumiai test-cluster"));
  }

  /// Prefix of the images' names, with its slash; empty for those in the nodes.
  static String registry() {
    return Optional.ofNullable(System.getenv("KUMIAI_TEST_REGISTRY")).orElse("");
  }

  /// Tag of the images.
  static String tag() {
    return Optional.ofNullable(System.getenv("KUMIAI_TEST_IMAGES")).orElse("test");
  }

  /// Whether it is somebody's own, in which tests touch nothing that they did not make.
  boolean isSomebodys() {
    return "current".equals(System.getenv("KUMIAI_TEST_CLUSTER"));
  }

  Kubectl kubectl() {
    return Kubectl.of(kubeconfig);
  }
}
