package dev.kumiai.acceptance.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.marcnuri.helm.ReleaseHistory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The life of a release in a real cluster, from installation to what is left after it. Asks for
/// the cluster by `KUMIAI_TEST_KUBECONFIG`, so that nobody's own cluster is used by accident, and
/// for images `kumiai-...:$KUMIAI_TEST_IMAGES` (by default the project's version) on its nodes.
class ChartReleaseIT {

  private static final Duration LEADS_WITHIN = Duration.ofSeconds(90);
  private static final String NAMES = "--output=jsonpath={.items[*].metadata.name}";

  private String namespace;
  private Kubectl cluster;
  private HostVolume volume;
  private ChartRelease release;
  private String values;

  @BeforeEach
  void prepare() {
    String kubeconfig = System.getenv("KUMIAI_TEST_KUBECONFIG");
    assumeTrue(kubeconfig != null, "KUMIAI_TEST_KUBECONFIG names no cluster to test on");
    namespace = "chart-" + UUID.randomUUID().toString().substring(0, 8);
    cluster = Kubectl.of(Path.of(String.valueOf(kubeconfig)));
    volume = HostVolume.make(cluster, namespace);
    release = new ChartRelease(Path.of(String.valueOf(kubeconfig)), namespace, "guild");
    values =
        """
        image: {pullPolicy: Never, tag: "%s"}
        persistence: {storageClass: "-", volumeName: %s, size: 1Gi}
        crds: {install: false}
        kubernetes: {enabled: false}
        aggregation: {javaOptions: "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"}
        """
            .formatted(
                Optional.ofNullable(System.getenv("KUMIAI_TEST_IMAGES")).orElse("0.1.0-SNAPSHOT"),
                namespace);
  }

  @AfterEach
  void clean() {
    if (volume != null) {
      // First the operator, which would put the finalizers on again that it is not there to heed.
      cluster.in(namespace).run("delete", "deployments", "--all", "--cascade=foreground");
      for (String kind : new String[] {"sites", "federatedruns", "federatedrounds"}) {
        for (String one : release.present(kind)) {
          cluster
              .in(namespace)
              .run("patch", one, "--type=merge", "--patch={\"metadata\":{\"finalizers\":null}}");
        }
      }
      cluster.run("delete", "namespace", namespace, "--ignore-not-found");
      volume.close();
    }
  }

  @Test
  void isInstalledTestedUpgradedRolledBackAndLeavesItsData() {
    Kubectl kubectl = cluster.in(namespace);

    String notes = release.install(values).getOutput();

    assertThat(notes)
        .contains("exec deployment/guild-kumiai-aggregation -- cat /data/api-key")
        .contains("leaves what took work to make:")
        .contains("the claims guild-kumiai-aggregation");
    assertThat(release.test().getStatus()).isEqualTo("deployed");
    assertThat(kubectl.run("logs", "guild-kumiai-test")).contains(" is ready");
    String key = apiKey(kubectl);
    assertThat(key).startsWith("kumiai_");

    release.upgrade(values + "logging: {json: true}\n");

    assertThat(logs(kubectl)).startsWith("{");
    assertThat(apiKey(kubectl)).isEqualTo(key);

    release.rollback(1);

    assertThat(logs(kubectl)).doesNotStartWith("{");
    assertThat(apiKey(kubectl)).isEqualTo(key);
    assertThat(release.history())
        .extracting(ReleaseHistory::getDescription)
        .containsExactly("Install complete", "upgrade", "Rollback to 1");
    release.test();

    String said = release.uninstall();

    assertThat(said).contains("kept due to the resource policy", "guild-kumiai-aggregation");
    assertThat(kubectl.run("get", "persistentvolumeclaims", NAMES))
        .isEqualTo("guild-kumiai-aggregation");
    assertThat(kubectl.run("get", "deployments,services,configmaps", NAMES).split(" "))
        .filteredOn(name -> name.contains("kumiai"))
        .isEmpty();
    assertThat(volume.folder().resolve("api-key")).exists();
  }

  @Test
  void definitionsAndResourcesComeWithTheReleaseAndStayAfterIt() {
    Kubectl kubectl = cluster.in(namespace);
    String whole =
        values
                .replace("crds: {install: false}", "crds: {install: true}")
                .replace("kubernetes: {enabled: false}", "kubernetes: {enabled: true}")
            + "sites: [{name: plant-a}]\n";
    release.adoptDefinitions();

    release.install(whole);

    awaitLeader(kubectl);
    assertThat(kubectl.run("get", "federationruntimes,sites", NAMES)).isEqualTo("default plant-a");

    release.upgrade(whole + "runtime: {spec: {ttlSecondsAfterFinished: 61}}\n");

    awaitLeader(kubectl);
    String seconds = "--output=jsonpath={.spec.ttlSecondsAfterFinished}";
    assertThat(kubectl.run("get", "federationruntime", "default", seconds)).isEqualTo("61");

    release.rollback(1);

    awaitLeader(kubectl);
    assertThat(kubectl.run("get", "federationruntime", "default", seconds)).isEmpty();

    assertThat(release.uninstall()).contains("federatedruns.kumiai.dev");
    assertThat(kubectl.run("get", "federationruntimes,sites", NAMES)).isEqualTo("default plant-a");
    assertThat(kubectl.run("get", "deployments", NAMES)).isEmpty();
  }

  @Test
  void aTestOfAnAggregatorThatIsNotThereFailsWithASentence() {
    Kubectl kubectl = cluster.in(namespace);
    release.install(values);
    kubectl.run("scale", "deployment/guild-kumiai-aggregation", "--replicas=0");
    kubectl.run(
        "wait", "--for=delete", "pod", "--selector=app.kubernetes.io/component=aggregation");

    assertThatThrownBy(release::test).isInstanceOf(IllegalStateException.class);

    assertThat(kubectl.run("logs", "guild-kumiai-test"))
        .contains(
            "there is no aggregator at http://guild-kumiai-aggregation." + namespace + ".svc (");
  }

  /// Its pod leads some seconds after it is ready, and has applied the resources before.
  private static void awaitLeader(Kubectl kubectl) {
    long deadline = System.nanoTime() + LEADS_WITHIN.toNanos();
    while (!kubectl.run("logs", "deployment/guild-kumiai-aggregation").contains(" leads: ")) {
      assertThat(System.nanoTime()).as("no leader within %s", LEADS_WITHIN).isLessThan(deadline);
      LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
    }
  }

  private static String apiKey(Kubectl kubectl) {
    return kubectl.run("exec", "deployment/guild-kumiai-aggregation", "--", "cat", "/data/api-key");
  }

  private static String logs(Kubectl kubectl) {
    String said = kubectl.run("logs", "deployment/guild-kumiai-aggregation");
    return said.lines().filter(line -> !line.startsWith("Picked up")).findFirst().orElse("");
  }
}
