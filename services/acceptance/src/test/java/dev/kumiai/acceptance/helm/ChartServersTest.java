package dev.kumiai.acceptance.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Servers of several versions get what they know.
class ChartServersTest {

  private static final String SEVERAL =
      """
      autoscaling: {kind: hpa}
      database: {kind: postgresql, postgresql: {url: "jdbc:postgresql://db/kumiai", existingSecret: db}}
      persistence: {accessMode: ReadWriteMany}
      """;

  @ParameterizedTest
  @CsvSource({
    "1.20.2, policy/v1beta1, autoscaling/v2beta2",
    "1.21.0, policy/v1, autoscaling/v2beta2",
    "1.22.17, policy/v1, autoscaling/v2beta2",
    "1.23.0-gke.100, policy/v1, autoscaling/v2",
    "1.25.0, policy/v1, autoscaling/v2",
    "1.34.0, policy/v1, autoscaling/v2",
  })
  void eachVersionGetsTheApisThatItServes(String server, String budget, String scaler) {
    Manifests rendered = Chart.render(server, SEVERAL);

    assertThat(rendered.one("PodDisruptionBudget").at("/apiVersion").asText()).isEqualTo(budget);
    assertThat(rendered.one("HorizontalPodAutoscaler").at("/apiVersion").asText())
        .isEqualTo(scaler);
  }

  @Test
  void nothingElseDependsOnTheVersion() {
    Manifests old = Chart.render(Chart.OLD, "crds: {install: false}");
    Manifests current = Chart.render(Chart.CURRENT, "crds: {install: false}");

    assertThat(byName(old)).isEqualTo(byName(current));
  }

  @Test
  void aServerThatIsTooOldIsTold() {
    assertThatThrownBy(() -> Chart.render("1.19.16", ""))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(
            "chart requires kubeVersion: >=1.20.0-0 which is incompatible with Kubernetes v1.19.16");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.20.2", "1.24.17", "1.25.0", "1.34.0"})
  void rulesInCelGoToServersThatKnowThemAlone(String server) {
    Manifests rendered = Chart.render(server, "");
    boolean known = !server.startsWith("1.20.") && !server.startsWith("1.24.");

    assertThat(rendered.of("CustomResourceDefinition"))
        .isNotEmpty()
        .allSatisfy(
            definition -> {
              assertThat(definition.at("/metadata/annotations/helm.sh~1resource-policy").asText())
                  .isEqualTo("keep");
              assertThat(definition.at("/spec/group").asText()).isEqualTo("kumiai.dev");
              assertThat(known || definition.findValue("x-kubernetes-validations") == null)
                  .isTrue();
            });
    JsonNode runs = rendered.one("CustomResourceDefinition", "federatedruns.kumiai.dev");
    assertThat(runs.findValue("x-kubernetes-validations") != null).isEqualTo(known);
  }

  private static Map<String, JsonNode> byName(Manifests manifests) {
    Map<String, JsonNode> all = new TreeMap<>();
    manifests
        .all()
        .forEach(
            manifest ->
                all.put(manifest.at("/kind").asText() + Manifests.name(manifest), manifest));
    return all;
  }
}
