package dev.kumiai.acceptance.helm;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.Release;
import com.marcnuri.helm.ReleaseHistory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// A release of the chart in a cluster, by the real Helm library.
///
/// @param kubeconfig of the cluster
/// @param patience how long Helm waits for what it made to be ready
public record ChartRelease(Path kubeconfig, String namespace, String name, Duration patience) {

  /// A release with five minutes of patience.
  public ChartRelease(Path kubeconfig, String namespace, String name) {
    this(kubeconfig, namespace, name, Duration.ofMinutes(5));
  }

  /// Installs the checkout's chart, and waits until it is ready.
  ///
  /// @param values YAML
  /// @return what Helm tells, with NOTES.txt
  /// @throws IllegalStateException what Helm said
  public Release install(String values) {
    Path file = Chart.file(values);
    try {
      return new Helm(Chart.FOLDER)
          .install()
          .withName(name)
          .withNamespace(namespace)
          .createNamespace()
          .withKubeConfig(kubeconfig)
          .withValuesFile(file)
          .waitReady()
          .withTimeout((int) patience.toSeconds())
          .call();
    } finally {
      Chart.delete(file);
    }
  }

  /// Makes the definitions that are in the cluster this release's, so that it can install and
  /// upgrade them: Helm takes nothing that belongs to another release or to none.
  public void adoptDefinitions() {
    for (String definition : present("customresourcedefinitions")) {
      if (definition.endsWith(".kumiai.dev")) {
        kubectl().run("label", "--overwrite", definition, "app.kubernetes.io/managed-by=Helm");
        kubectl()
            .run(
                "annotate",
                "--overwrite",
                definition,
                "meta.helm.sh/release-name=" + name,
                "meta.helm.sh/release-namespace=" + namespace);
      }
    }
  }

  /// The objects of a kind in the release's namespace, as `kubectl` takes them; none where the
  /// server does not know the kind.
  List<String> present(String kind) {
    if (kubectl()
        .run("api-resources", "--output=name")
        .lines()
        .noneMatch(name -> isOf(name, kind))) {
      return List.of();
    }
    return kubectl().run("get", kind, "--output=name").lines().toList();
  }

  /// Whether `sites.kumiai.dev`, say, is the resource `sites`.
  private static boolean isOf(String resource, String kind) {
    return resource.equals(kind) || resource.startsWith(kind + ".");
  }

  /// Upgrades to the checkout's chart with these values and no older ones, and waits.
  ///
  /// @param values YAML
  public Release upgrade(String values) {
    return upgrade(Chart.FOLDER, values, "upgrade");
  }

  private Release upgrade(Path chart, String values, String description) {
    Path file = Chart.file(values);
    try {
      return new Helm(chart)
          .upgrade()
          .withName(name)
          .withNamespace(namespace)
          .withKubeConfig(kubeconfig)
          .withValuesFile(file)
          .resetValues()
          .withDescription(description)
          .waitReady()
          .withTimeout((int) patience.toSeconds())
          .call();
    } finally {
      Chart.delete(file);
    }
  }

  /// Goes back to the chart and the values of a revision, as a new revision, and waits. The library
  /// has no `rollback`: this reads what Helm stored and upgrades to it, which is what the server
  /// sees of `helm rollback`.
  public Release rollback(int revision) {
    try (StoredRevision stored = StoredRevision.read(this, revision)) {
      return upgrade(stored.chart(), stored.values(), "Rollback to " + revision);
    }
  }

  /// `helm test`.
  ///
  /// @throws IllegalStateException where the test pod failed
  public Release test() {
    return Helm.test(name)
        .withNamespace(namespace)
        .withKubeConfig(kubeconfig)
        .withTimeout((int) patience.toSeconds())
        .call();
  }

  /// `helm status`.
  public Release status() {
    return Helm.status(name).withNamespace(namespace).withKubeConfig(kubeconfig).call();
  }

  /// `helm history`, the oldest revision first.
  public List<ReleaseHistory> history() {
    return Helm.history(name).withNamespace(namespace).withKubeConfig(kubeconfig).call();
  }

  /// Uninstalls it.
  ///
  /// @return what Helm tells, such as what it kept
  public String uninstall() {
    return Helm.uninstall(name).withNamespace(namespace).withKubeConfig(kubeconfig).call();
  }

  /// kubectl in the release's namespace.
  public Kubectl kubectl() {
    return Kubectl.of(kubeconfig).in(namespace);
  }
}
