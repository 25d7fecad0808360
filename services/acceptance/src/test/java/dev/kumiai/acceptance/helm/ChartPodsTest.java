package dev.kumiai.acceptance.helm;

import static dev.kumiai.acceptance.helm.Manifests.stream;
import static dev.kumiai.acceptance.helm.Manifests.texts;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What holds of every pod that the chart makes, and who finds which.
class ChartPodsTest {

  @ParameterizedTest
  @MethodSource("dev.kumiai.acceptance.helm.Uses#all")
  void everyPodPassesThePodSecurityStandardRestricted(String values) {
    for (JsonNode pod : Chart.render(values).podSpecs()) {
      assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
      assertThat(pod.at("/securityContext/seccompProfile/type").asText())
          .isEqualTo("RuntimeDefault");
      assertThat(pod.at("/securityContext").has("runAsUser")).as("a fixed user").isFalse();
      assertThat(pod.at("/enableServiceLinks").asBoolean(true)).isFalse();
      assertThat(pod.has("hostNetwork") || pod.has("hostPID") || pod.has("hostIPC")).isFalse();
      assertThat(stream(pod.at("/volumes")))
          .allSatisfy(volume -> assertThat(volume.has("hostPath")).isFalse());
      assertThat(stream(pod.at("/containers")))
          .isNotEmpty()
          .allSatisfy(
              container -> {
                JsonNode security = container.at("/securityContext");
                assertThat(security.at("/allowPrivilegeEscalation").asBoolean(true)).isFalse();
                assertThat(security.at("/readOnlyRootFilesystem").asBoolean()).isTrue();
                assertThat(texts(security.at("/capabilities/drop"))).containsExactly("ALL");
                assertThat(container.at("/resources/limits/memory").asText()).isNotEmpty();
                assertThat(stream(container.at("/volumeMounts")))
                    .anyMatch(mount -> mount.at("/mountPath").asText().equals("/tmp"));
              });
    }
  }

  @ParameterizedTest
  @MethodSource("dev.kumiai.acceptance.helm.Uses#all")
  void selectorsFindTheirPodsAndNoOthers(String values) {
    Manifests rendered = Chart.render(values);

    for (JsonNode deployment : rendered.of("Deployment")) {
      JsonNode wanted = deployment.at("/spec/selector/matchLabels");
      assertThat(rendered.of("Deployment"))
          .filteredOn(other -> matches(wanted, other.at("/spec/template/metadata/labels")))
          .containsExactly(deployment);
    }
    for (JsonNode service : rendered.of("Service")) {
      assertThat(rendered.of("Deployment"))
          .filteredOn(
              other ->
                  matches(service.at("/spec/selector"), other.at("/spec/template/metadata/labels")))
          .extracting(Manifests::name)
          .containsExactly("guild-kumiai-aggregation");
    }
    for (JsonNode policy : rendered.of("NetworkPolicy")) {
      JsonNode wanted = policy.at("/spec/podSelector/matchLabels");
      assertThat(rendered.of("Deployment"))
          .filteredOn(other -> matches(wanted, other.at("/spec/template/metadata/labels")))
          .isNotEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.kumiai.acceptance.helm.Uses#all")
  void everyVolumeIsMountedAndEveryMountHasAVolume(String values) {
    for (JsonNode pod : Chart.render(values).podSpecs()) {
      assertThat(stream(pod.at("/volumes")).map(volume -> volume.at("/name").asText()))
          .containsExactlyInAnyOrderElementsOf(
              stream(pod.at("/containers/0/volumeMounts"))
                  .map(mount -> mount.at("/name").asText())
                  .distinct()
                  .toList());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"control-plane", "all-in-one"})
  void onlyTheAggregatorGetsATokenOfTheApiServer(String mode) {
    Manifests rendered = Chart.render("mode: " + mode + "\nsite: {name: plant-a}");

    for (JsonNode deployment : rendered.of("Deployment")) {
      assertThat(deployment.at("/spec/template/spec/automountServiceAccountToken").asBoolean(true))
          .as(Manifests.name(deployment))
          .isEqualTo(Manifests.name(deployment).endsWith("-aggregation"));
    }
    assertThat(rendered.of("ServiceAccount"))
        .allSatisfy(
            account ->
                assertThat(account.at("/automountServiceAccountToken").asBoolean(true)).isFalse());
  }

  @Test
  void withoutTheOperatorNobodyGetsATokenOrARole() {
    Manifests rendered = Chart.render("kubernetes: {enabled: false}");

    assertThat(
            rendered
                .one("Deployment")
                .at("/spec/template/spec/automountServiceAccountToken")
                .asBoolean(true))
        .isFalse();
    assertThat(rendered.has("Role")).isFalse();
    assertThat(rendered.resources().all()).isEmpty();
  }

  private static boolean matches(JsonNode wanted, JsonNode labels) {
    return wanted.properties().stream()
        .allMatch(label -> label.getValue().equals(labels.get(label.getKey())));
  }
}
