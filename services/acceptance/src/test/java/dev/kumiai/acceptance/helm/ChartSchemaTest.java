package dev.kumiai.acceptance.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `values.schema.json`: Helm refuses what it does not describe, and says where.
class ChartSchemaTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          mode: both                                      | at '/mode': value must be one of 'control-plane', 'site', 'all-in-one'
          replicas: 3                                     | at '': additional properties 'replicas' not allowed
          site: {nme: a}                                  | at '/site': additional properties 'nme' not allowed
          site: {name: Plant A}                           | at '/site/name'
          site: {aggregatorUrl: guild}                    | at '/site/aggregatorUrl': 'guild' does not match pattern
          aggregation: {replicas: 0}                      | at '/aggregation/replicas': minimum: got 0, want 1
          aggregation: {replicas: two}                    | at '/aggregation/replicas': got string, want integer
          persistence: {size: big}                        | at '/persistence/size': 'big' does not match pattern
          database: {kind: mysql}                         | at '/database/kind': value must be one of 'h2', 'postgresql'
          database: {postgresql: {url: postgres://db}}    | at '/database/postgresql/url': 'postgres://db' does not match pattern
          image: {pullPolicy: Sometimes}                  | at '/image/pullPolicy': value must be one of 'Always', 'IfNotPresent', 'Never'
          oidc: {roles: {team: root}}                     | at '/oidc/roles/team': value must be one of 'viewer', 'operator', 'admin'
          sites: [{namespace: a}]                         | at '/sites/0': missing property 'name'
          generation: {image: {digest: latest}}           | at '/generation/image/digest': 'latest' does not match pattern
          podSecurity: {runAsUser: 0}                     | at '/podSecurity/runAsUser': minimum: got 0, want 1
          kafka: {bootstrapServers: broker}               | at '/kafka/bootstrapServers': 'broker' does not match pattern
          aggregation: {config: {a b: 1}}                 | at '/aggregation/config'
          """)
  void refusesWithTheKeyAndWhatItTakes(String values, String told) {
    assertThatThrownBy(() -> Chart.render(values))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("values don't meet the specifications of the schema")
        .hasMessageContaining(told);
  }

  @Test
  void describesEveryValueThatTheChartHasAndNoOther() throws Exception {
    JsonNode values = Chart.YAML.readTree(Chart.FOLDER.resolve("values.yaml").toFile());
    JsonNode schema = Chart.YAML.readTree(Chart.FOLDER.resolve("values.schema.json").toFile());

    assertThat(differences(schema, schema, values, "")).isEmpty();
  }

  /// Where the values have what the schema does not describe, or the other way round.
  private static List<String> differences(
      JsonNode schema, JsonNode described, JsonNode values, String path) {
    String ref = described.at("/$ref").asText();
    JsonNode node = ref.isEmpty() ? described : schema.at(ref.substring(1));
    JsonNode properties = node.path("properties");
    if (properties.isEmpty()) {
      return List.of();
    }
    List<String> differences = new ArrayList<>();
    Set<String> names = new TreeSet<>();
    values.fieldNames().forEachRemaining(names::add);
    properties.fieldNames().forEachRemaining(names::add);
    // Helm adds `global` to the values of every chart; resources are Kubernetes' own.
    names.removeIf(name -> path.endsWith("resources.") || (path + name).equals("global"));
    for (String name : names) {
      if (!properties.has(name)) {
        differences.add(path + name + " is not in the schema");
      } else if (!values.has(name)) {
        differences.add(path + name + " is not in the values");
      } else {
        differences.addAll(
            differences(schema, properties.get(name), values.get(name), path + name + "."));
      }
    }
    return differences;
  }
}
