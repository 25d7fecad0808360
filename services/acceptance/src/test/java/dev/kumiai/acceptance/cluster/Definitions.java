package dev.kumiai.acceptance.cluster;

import dev.kumiai.acceptance.Checkout;
import dev.kumiai.acceptance.helm.Kubectl;
import java.util.List;

/// The definitions of the resources in the cluster. Where there are none the chart brings them, and
/// they go with the tests; others are left to whose they are.
///
/// @param found whether they were there before
record Definitions(Kubectl cluster, boolean found) {

  static Definitions of(Kubectl cluster) {
    return new Definitions(cluster, !names(cluster).isEmpty());
  }

  private static List<String> names(Kubectl cluster) {
    return cluster
        .run("get", "customresourcedefinitions", "--output=name")
        .lines()
        .filter(name -> name.endsWith(".kumiai.dev"))
        .toList();
  }

  boolean areThere() {
    return !names(cluster).isEmpty();
  }

  /// In ../shared/cluster older ones become this checkout's; somebody's own cluster stays as it is.
  void refresh(TestCluster where) {
    if (found && !where.isSomebodys()) {
      // A server without rules in CEL refuses them where it validates.
      cluster.run("apply", "--validate=false", "--kustomize=" + Checkout.ROOT.resolve("k8s/crds"));
    }
  }

  void remove() {
    if (!found) {
      names(cluster).forEach(name -> cluster.run("delete", name, "--timeout=60s"));
    }
  }
}
