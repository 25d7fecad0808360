package dev.kumiai.acceptance.helm;

import static dev.kumiai.acceptance.helm.Manifests.container;
import static dev.kumiai.acceptance.helm.Manifests.env;
import static dev.kumiai.acceptance.helm.Manifests.stream;
import static dev.kumiai.acceptance.helm.Manifests.texts;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What the chart makes of values, for each of its uses.
class ChartTest {

  @Test
  void isLintedWithoutAWarning() {
    LintResult result = new Helm(Chart.FOLDER).lint().strict().call();

    assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
    assertThat(result.getMessages()).noneMatch(message -> message.contains("[WARNING]"));
  }

  @Test
  void aControlPlaneIsAnAggregatorAndNoWorker() {
    Manifests control = Chart.render(Uses.CONTROL_PLANE);

    JsonNode aggregation = control.one("Deployment");
    assertThat(Manifests.name(aggregation)).isEqualTo("guild-kumiai-aggregation");
    assertThat(aggregation.at("/spec/strategy/type").asText()).isEqualTo("Recreate");
    assertThat(env(container(aggregation), "QUARKUS_PROFILE")).isEmpty();
    assertThat(properties(control, "guild-kumiai-aggregation"))
        .containsEntry("kumiai.kubernetes.enabled", "true")
        .containsEntry("kumiai.kubernetes.aggregator-url", "http://guild-kumiai-aggregation.ml.svc")
        .containsEntry("kumiai.artifacts.store", "directory");
    assertThat(control.one("PersistentVolumeClaim").at("/metadata/annotations"))
        .isEqualTo(Chart.YAML.createObjectNode().put("helm.sh/resource-policy", "keep"));
    assertThat(control.of("Secret")).isEmpty();
  }

  @Test
  void aSiteIsTwoWorkersThatNobodyCanCall() {
    Manifests site = Chart.render(Uses.SITE);

    assertThat(site.names())
        .containsExactly(
            "ConfigMap ml/guild-kumiai-generation",
            "ConfigMap ml/guild-kumiai-local-training",
            "Deployment ml/guild-kumiai-generation",
            "Deployment ml/guild-kumiai-local-training",
            "NetworkPolicy ml/guild-kumiai-worker",
            "PersistentVolumeClaim ml/guild-kumiai-site",
            "Pod ml/guild-kumiai-test",
            "ServiceAccount ml/guild-kumiai-worker");
    for (JsonNode deployment : site.of("Deployment")) {
      JsonNode worker = container(deployment);
      assertThat(env(worker, "KUMIAI_AGGREGATOR_URL")).isEqualTo("https://guild.example.com");
      assertThat(env(worker, "KUMIAI_WORKER_SITES")).isEqualTo("plant-a");
      assertThat(env(worker, "KUMIAI_WORKER_DATA_ROOT")).isEqualTo("/data");
      assertThat(env(worker, "KUMIAI_ENROLMENT_TOKEN")).isEqualTo("invitation/enrolment-token");
      assertThat(stream(worker.at("/volumeMounts")).map(mount -> mount.at("/mountPath").asText()))
          .contains("/data/plant-a", "/tmp");
    }
    JsonNode policy = site.one("NetworkPolicy");
    assertThat(policy.at("/spec/ingress")).isEmpty();
    assertThat(texts(policy.at("/spec/policyTypes"))).containsExactly("Ingress", "Egress");
    assertThat(policy.at("/spec/egress/1/ports"))
        .singleElement()
        .satisfies(port -> assertThat(port.at("/port").asInt()).isEqualTo(443));
  }

  @Test
  void allInOneGivesItsWorkersTheTokenThatItsAggregatorKnows() {
    Manifests all = Chart.render(Uses.ALL_IN_ONE);

    assertThat(all.of("Deployment"))
        .extracting(Manifests::name)
        .containsExactlyInAnyOrder(
            "guild-kumiai-aggregation",
            "guild-kumiai-evaluator",
            "guild-kumiai-generation",
            "guild-kumiai-local-training");
    assertThat(all.of("Deployment"))
        .allSatisfy(
            deployment ->
                assertThat(env(container(deployment), "KUMIAI_ENROLMENT_TOKEN"))
                    .isEqualTo("guild-kumiai-enrolment/enrolment-token"));
    assertThat(all.one("Secret", "guild-kumiai-enrolment").at("/data/enrolment-token").asText())
        .hasSizeGreaterThan(40);
    assertThat(
            env(
                container(all.one("Deployment", "guild-kumiai-generation")),
                "KUMIAI_AGGREGATOR_URL"))
        .isEqualTo("http://guild-kumiai-aggregation.ml.svc");
  }

  @Test
  void privateDataAreMountedReadOnlyAndTheTwoWorkersOfASiteShareItsClaim() {
    Manifests all = Chart.render(Uses.ALL_IN_ONE);

    for (String worker : List.of("guild-kumiai-generation", "guild-kumiai-local-training")) {
      JsonNode deployment = all.one("Deployment", worker);
      assertThat(stream(container(deployment).at("/volumeMounts")))
          .anySatisfy(
              mount -> {
                assertThat(mount.at("/mountPath").asText()).isEqualTo("/data/plant-a/private");
                assertThat(mount.at("/readOnly").asBoolean()).isTrue();
              });
      JsonNode volumes = deployment.at("/spec/template/spec/volumes");
      assertThat(volume(volumes, "site").at("/persistentVolumeClaim/claimName").asText())
          .isEqualTo("guild-kumiai-site");
      assertThat(volume(volumes, "private").at("/persistentVolumeClaim"))
          .isEqualTo(
              Chart.YAML.createObjectNode().put("claimName", "castings").put("readOnly", true));
      assertThat(
              deployment
                  .at("/spec/template/spec/affinity/podAffinity")
                  .at("/requiredDuringSchedulingIgnoredDuringExecution/0/labelSelector/matchLabels")
                  .path("kumiai.dev/site")
                  .asText())
          .isEqualTo("plant-a");
    }
  }

  @Test
  void externalServicesAreConfiguredByTheKeysThatTheAggregatorKnows() {
    Manifests everything = Chart.render(Uses.EVERYTHING);

    JsonNode aggregation = everything.one("Deployment", "guild-kumiai-aggregation");
    JsonNode container = container(aggregation);
    assertThat(env(container, "QUARKUS_PROFILE")).isEqualTo("postgresql,kafka");
    assertThat(env(container, "QUARKUS_DATASOURCE_POSTGRESQL_USERNAME")).isEqualTo("db/username");
    assertThat(env(container, "QUARKUS_DATASOURCE_POSTGRESQL_PASSWORD")).isEqualTo("db/password");
    assertThat(env(container, "AWS_ACCESS_KEY_ID")).isEqualTo("s3/AWS_ACCESS_KEY_ID");
    assertThat(env(container, "AWS_SECRET_ACCESS_KEY")).isEqualTo("s3/AWS_SECRET_ACCESS_KEY");
    assertThat(env(container, "KUMIAI_API_KEY")).isEqualTo("keys/api-key");
    assertThat(container.at("/envFrom/0/secretRef/name").asText()).isEqualTo("kafka");
    assertThat(properties(everything, "guild-kumiai-aggregation"))
        .containsEntry("quarkus.datasource.postgresql.jdbc.url", "jdbc:postgresql://db:5433/kumiai")
        .containsEntry("kumiai.artifacts.s3.bucket", "models")
        .containsEntry("kumiai.artifacts.s3.endpoint", "http://minio:9000")
        .containsEntry("kafka.bootstrap.servers", "a:9092, b:9093")
        .containsEntry("quarkus.oidc.tenant-enabled", "true")
        .containsEntry("quarkus.oidc.auth-server-url", "https://login.example/realms/ml")
        .containsEntry("quarkus.http.auth.roles-mapping.\"ml-admins\"", "admin")
        .containsEntry("quarkus.http.insecure-requests", "disabled")
        .containsEntry("kumiai.ledger.key", "/etc/kumiai/ledger/ledger-key")
        .containsEntry("quarkus.otel.exporter.otlp.endpoint", "http://collector:4317");
    assertThat(aggregation.at("/spec/strategy/type").asText()).isEqualTo("RollingUpdate");
    assertThat(aggregation.at("/spec").has("replicas")).as("left to the autoscaler").isFalse();
    assertThat(
            volume(aggregation.at("/spec/template/spec/volumes"), "data").at("/emptyDir/sizeLimit"))
        .isEqualTo(Chart.YAML.getNodeFactory().textNode("50Gi"));
  }

  @Test
  void theAggregatorMayCallWhatItIsConfiguredFor() {
    JsonNode policy =
        Chart.render(Uses.EVERYTHING).one("NetworkPolicy", "guild-kumiai-aggregation").at("/spec");

    assertThat(stream(policy.at("/egress/1/ports")).map(port -> port.at("/port").asInt()))
        .containsExactlyInAnyOrder(443, 6443, 5433, 9000, 9092, 9093, 4317);
  }

  @Test
  void withTlsEverybodyUsesIt() {
    Manifests everything = Chart.render(Uses.EVERYTHING);

    JsonNode aggregation = container(everything.one("Deployment", "guild-kumiai-aggregation"));
    for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      assertThat(aggregation.at("/" + probe + "/httpGet/scheme").asText()).isEqualTo("HTTPS");
    }
    assertThat(aggregation.at("/ports/0/containerPort").asInt()).isEqualTo(8443);
    JsonNode worker = container(everything.one("Deployment", "guild-kumiai-generation"));
    assertThat(env(worker, "KUMIAI_AGGREGATOR_URL"))
        .isEqualTo("https://guild-kumiai-aggregation.ml.svc");
    assertThat(env(worker, "KUMIAI_TRUST_STORE")).isEqualTo("/etc/kumiai/trust/truststore.p12");
    assertThat(texts(everything.one("Certificate").at("/spec/dnsNames")))
        .contains("guild-kumiai-aggregation.ml.svc");
    assertThat(everything.one("Certificate").at("/spec/secretName").asText())
        .isEqualTo("guild-kumiai-aggregation-tls");
  }

  @Test
  void workersGetTheirGpuAndTheEvaluatorNone() {
    Manifests everything = Chart.render(Uses.EVERYTHING);

    JsonNode training = everything.one("Deployment", "guild-kumiai-local-training");
    assertThat(container(training).at("/resources/limits").path("nvidia.com/gpu").asInt())
        .isEqualTo(1);
    assertThat(training.at("/spec/template/spec/runtimeClassName").asText()).isEqualTo("nvidia");
    assertThat(
            container(everything.one("Deployment", "guild-kumiai-evaluator"))
                .at("/resources/limits")
                .has("nvidia.com/gpu"))
        .isFalse();
  }

  @Test
  void theRuntimeOfJobsHasWhatTheValuesSayOfWorkers() {
    JsonNode runtime =
        Chart.render(
                """
                image: {registry: registry.example, tag: "7", pullPolicy: Always, pullSecrets: [pull]}
                localTraining: {threads: 2, env: [{name: A, value: b}]}
                generation: {image: {digest: "sha256:%s"}}
                runtime: {spec: {ttlSecondsAfterFinished: 60}}
                """
                    .formatted("0".repeat(64)))
            .resources()
            .one("FederationRuntime");

    assertThat(Manifests.name(runtime)).isEqualTo("default");
    JsonNode spec = runtime.at("/spec");
    assertThat(spec.at("/localTraining/image").asText())
        .isEqualTo("registry.example/kumiai-local-training:7");
    assertThat(env(spec.at("/localTraining"), "KUMIAI_WORKER_THREADS")).isEqualTo("2");
    assertThat(env(spec.at("/localTraining"), "A")).isEqualTo("b");
    assertThat(spec.at("/localTraining/resources/limits/memory").asText()).isEqualTo("4Gi");
    assertThat(spec.at("/generation/image").asText())
        .isEqualTo("registry.example/kumiai-generation@sha256:" + "0".repeat(64));
    assertThat(spec.at("/podSecurityContext/fsGroup").asInt()).isEqualTo(1001);
    assertThat(spec.at("/imagePullPolicy").asText()).isEqualTo("Always");
    assertThat(texts(spec.at("/imagePullSecrets"))).containsExactly("pull");
    assertThat(spec.at("/ttlSecondsAfterFinished").asInt()).isEqualTo(60);
  }

  @Test
  void sitesAreResourcesThatTheAggregatorApplies() {
    JsonNode site =
        Chart.render(
                """
                sites:
                  - name: plant-a
                    namespace: plants
                    labels: {region: north}
                    spec: {volumes: {site: {claimName: plant-a}}, gpu: {count: 2}}
                """)
            .resources()
            .one("Site");

    assertThat(site.at("/spec/namespace").asText()).isEqualTo("plants");
    assertThat(site.at("/spec/volumes/site/claimName").asText()).isEqualTo("plant-a");
    assertThat(site.at("/spec/gpu/count").asInt()).isEqualTo(2);
    assertThat(site.at("/metadata/labels/region").asText()).isEqualTo("north");
  }

  @Test
  void resourcesHaveNoFieldThatTheirDefinitionsDoNotKnow() {
    Manifests rendered =
        Chart.render(
            """
            image: {pullSecrets: [pull]}
            localTraining: {env: [{name: A, value: b}]}
            sites: [{name: plant-a, spec: {volumes: {site: {claimName: plant-a}}, gpu: {count: 2}}}]
            """);

    for (String kind : List.of("FederationRuntime", "Site")) {
      JsonNode definition =
          rendered.of("CustomResourceDefinition").stream()
              .filter(one -> one.at("/spec/names/kind").asText().equals(kind))
              .findFirst()
              .orElseThrow();
      JsonNode schema = definition.at("/spec/versions/0/schema/openAPIV3Schema/properties/spec");
      assertThat(unknown(schema, rendered.resources().one(kind).at("/spec"), kind)).isEmpty();
    }
  }

  private static List<String> unknown(JsonNode schema, JsonNode value, String path) {
    if (value.isArray()) {
      return stream(value)
          .flatMap(item -> unknown(schema.path("items"), item, path + "[]").stream())
          .toList();
    }
    if (schema.has("additionalProperties") || schema.has("x-kubernetes-preserve-unknown-fields")) {
      return List.of();
    }
    return value.properties().stream()
        .flatMap(
            field -> {
              String name = path + "." + field.getKey();
              JsonNode known = schema.path("properties").path(field.getKey());
              return known.isMissingNode()
                  ? Stream.of(name)
                  : unknown(known, field.getValue(), name).stream();
            })
        .toList();
  }

  @Test
  void metricsAreReadWithTheKeyOfAViewer() {
    JsonNode endpoint = Chart.render(Uses.EVERYTHING).one("ServiceMonitor").at("/spec/endpoints/0");

    assertThat(endpoint.at("/path").asText()).isEqualTo("/q/metrics");
    assertThat(endpoint.at("/scheme").asText()).isEqualTo("https");
    assertThat(endpoint.at("/authorization/credentials/name").asText()).isEqualTo("prometheus");
  }

  private static JsonNode volume(JsonNode volumes, String name) {
    return stream(volumes)
        .filter(volume -> volume.at("/name").asText().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no volume " + name));
  }

  private static Map<String, String> properties(Manifests manifests, String configMap) {
    return ConfiguredKeys.parse(
        manifests.one("ConfigMap", configMap).at("/data/application.properties").asText());
  }
}
