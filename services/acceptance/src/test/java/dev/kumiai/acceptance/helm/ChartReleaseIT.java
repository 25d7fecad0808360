package dev.kumiai.acceptance.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.marcnuri.helm.ReleaseHistory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The life of a release in a real cluster, from installation to what is left after it.
@Tag("cluster")
class ChartReleaseIT {

  private static final Duration LEADS_WITHIN = Duration.ofSeconds(90);
  private static final String NAMES = "--output=jsonpath={.items[*].metadata.name}";

  private String namespace;
  private Kubectl cluster;
  private Path kubeconfig;
  private String images;
  private final List<HostVolume> volumes = new ArrayList<>();
  private HostVolume volume;
  private ChartRelease release;
  private String values;

  @BeforeEach
  void prepare() {
    kubeconfig =
        Optional.ofNullable(System.getenv("KUMIAI_TEST_KUBECONFIG"))
            .map(Path::of)
            .orElseThrow(
                () ->
                    new AssertionError(
                        "KUMIAI_TEST_KUBECONFIG names no cluster to test on: run ./kumiai"
                            + " test-cluster"));
    namespace = "chart-" + UUID.randomUUID().toString().substring(0, 8);
    cluster = Kubectl.of(kubeconfig);
    String label =
        "kumiai.dev/test: "
            + Optional.ofNullable(System.getenv("KUMIAI_TEST_ID")).orElse("by-hand");
    cluster.runWith(
        """
        apiVersion: v1
        kind: Namespace
        metadata:
          name: %s
          labels: {%s, pod-security.kubernetes.io/enforce: restricted}
        """
            .formatted(namespace, label),
        "apply",
        "--filename=-");
    volume = volume("aggregation");
    release = new ChartRelease(kubeconfig, namespace, "guild");
    images =
        "image: {pullPolicy: IfNotPresent, registry: \"%s\", tag: \"%s\"}\n"
            .formatted(
                Optional.ofNullable(System.getenv("KUMIAI_TEST_REGISTRY")).orElse(""),
                Optional.ofNullable(System.getenv("KUMIAI_TEST_IMAGES")).orElse("test"));
    values =
        images
            + """
            persistence: {storageClass: "-", volumeName: %s, size: 1Gi}
            crds: {install: false}
            kubernetes: {enabled: false}
            aggregation:
              javaOptions: "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
              resources: {requests: {cpu: 100m, memory: 256Mi}, limits: {memory: 1Gi}}
            """
                .formatted(volume.name());
  }

  private HostVolume volume(String what) {
    HostVolume made = HostVolume.make(cluster, namespace + "-" + what);
    volumes.add(made);
    return made;
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
      volumes.forEach(HostVolume::close);
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
    assumeFalse(
        "current".equals(System.getenv("KUMIAI_TEST_CLUSTER")),
        "the definitions of somebody's cluster are left alone");
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
  void aSiteJoinsTheControlPlaneOfAnotherRelease() {
    cluster
        .in(namespace)
        .run(
            "create",
            "secret",
            "generic",
            "joining",
            "--from-literal=enrolment-token=" + namespace);
    release.install(values + "auth: {enrolmentToken: {existingSecret: joining}}\n");
    ChartRelease site = new ChartRelease(kubeconfig, namespace, "plant");

    // Its workers are ready when the aggregator knows the site.
    site.install(
        images
            + """
            mode: site
            auth: {enrolmentToken: {existingSecret: joining}}
            site:
              name: plant-a
              aggregatorUrl: http://guild-kumiai-aggregation.%s.svc
              persistence: {storageClass: "-", volumeName: %s, size: 1Gi}
            localTraining: &small
              javaOptions: "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
              resources: {requests: {cpu: 100m, memory: 256Mi}, limits: {memory: 1Gi}}
            generation: *small
            """
                .formatted(namespace, volume("plant").name()));

    site.test();
    String said =
        cluster
            .in(namespace)
            .run(
                "exec",
                "deployment/guild-kumiai-aggregation",
                "--",
                "sh",
                "-c",
                "wget -q -O - --header \"Authorization: Bearer $(cat /data/api-key)\""
                    + " http://127.0.0.1:8080/api/v1/sites");
    assertThat(said).contains("plant-a");
    assertThat(site.uninstall()).contains("plant-kumiai-site");
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
