package dev.kumiai.acceptance.helm;

import static dev.kumiai.acceptance.helm.Manifests.stream;
import static dev.kumiai.acceptance.helm.Manifests.texts;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// What the aggregator may do: all of it, so that whoever adds a permission has to write it here.
class ChartRolesTest {

  private static final Set<String> ELECTION =
      Set.of("coordination.k8s.io/leases: create get patch update");

  private static final Set<String> CONTROLLER =
      Set.of(
          "kumiai.dev/federatedruns: create delete get list patch update watch",
          "kumiai.dev/federatedrounds: create delete get list patch update watch",
          "kumiai.dev/sites: create delete get list patch update watch",
          "kumiai.dev/federationruntimes: create delete get list patch update watch",
          "kumiai.dev/federatedruns/status: get patch update",
          "kumiai.dev/federatedrounds/status: get patch update",
          "kumiai.dev/sites/status: get patch update",
          "kumiai.dev/federationruntimes/status: get patch update",
          "kumiai.dev/federatedruns/finalizers: update",
          "kumiai.dev/federatedrounds/finalizers: update",
          "kumiai.dev/sites/finalizers: update",
          "kumiai.dev/federationruntimes/finalizers: update",
          "/events: create patch",
          "events.k8s.io/events: create patch");

  private static final Set<String> LAUNCHER =
      Set.of(
          "batch/jobs: create delete get list patch watch",
          "/pods: get list watch",
          "apps/deployments: create delete get list patch watch",
          "networking.k8s.io/networkpolicies: create delete get list patch watch",
          "/secrets: create",
          "/events: create patch",
          "events.k8s.io/events: create patch");

  @Test
  void byDefaultTheAggregatorMayActInItsOwnNamespaceAlone() {
    Manifests rendered = Chart.render("");

    assertThat(granted(rendered, "ml", "guild-kumiai-election")).isEqualTo(ELECTION);
    assertThat(granted(rendered, "ml", "guild-kumiai-controller")).isEqualTo(CONTROLLER);
    assertThat(granted(rendered, "ml", "guild-kumiai-launcher")).isEqualTo(LAUNCHER);
    assertThat(rendered.of("Role")).hasSize(3);
    assertThat(rendered.of("RoleBinding")).hasSize(3);
    assertThat(rendered.has("ClusterRole") || rendered.has("ClusterRoleBinding")).isFalse();
    assertThat(namespaces(rendered, "watch")).isEqualTo("ml");
    assertThat(namespaces(rendered, "site")).isEqualTo("ml");
  }

  @Test
  void eachNamespaceOfASiteGetsOneRoleAndOneBinding() {
    Manifests rendered =
        Chart.render(
            """
            sites:
              - {name: plant-a, namespace: plants}
              - {name: plant-b, namespace: plants}
              - {name: plant-c}
            kubernetes: {siteNamespaces: [lab], watchNamespaces: [team]}
            """);

    assertThat(places(rendered.of("RoleBinding")))
        .containsExactly(
            "lab ml-guild-kumiai-launcher",
            "ml guild-kumiai-controller",
            "ml guild-kumiai-election",
            "ml guild-kumiai-launcher",
            "plants ml-guild-kumiai-launcher",
            "team ml-guild-kumiai-controller");
    assertThat(places(rendered.of("Role"))).isEqualTo(places(rendered.of("RoleBinding")));
    assertThat(granted(rendered, "plants", "ml-guild-kumiai-launcher")).isEqualTo(LAUNCHER);
    assertThat(granted(rendered, "team", "ml-guild-kumiai-controller")).isEqualTo(CONTROLLER);
    assertThat(namespaces(rendered, "watch")).isEqualTo("ml,team");
    assertThat(namespaces(rendered, "site")).isEqualTo("lab,plants,ml");
  }

  @Test
  void sitesElsewhereLeaveTheOwnNamespaceWithoutJobs() {
    Manifests rendered = Chart.render("sites: [{name: plant-a, namespace: plants}]");

    assertThat(places(rendered.of("Role")))
        .containsExactly(
            "ml guild-kumiai-controller",
            "ml guild-kumiai-election",
            "plants ml-guild-kumiai-launcher");
  }

  @Test
  void clusterWideOnTheLeaseAloneIsLeftInTheNamespace() {
    Manifests rendered = Chart.render("rbac: {clusterWide: true}");

    assertThat(places(rendered.of("Role"))).containsExactly("ml guild-kumiai-election");
    assertThat(rendered.of("ClusterRole"))
        .extracting(Manifests::name)
        .containsExactlyInAnyOrder("ml-guild-kumiai-controller", "ml-guild-kumiai-launcher");
    assertThat(rules(rendered.one("ClusterRole", "ml-guild-kumiai-controller")))
        .isEqualTo(CONTROLLER);
    assertThat(rules(rendered.one("ClusterRole", "ml-guild-kumiai-launcher"))).isEqualTo(LAUNCHER);
    assertThat(namespaces(rendered, "watch")).isEqualTo("*");
    assertThat(namespaces(rendered, "site")).isEqualTo("*");
  }

  @Test
  void everyBindingIsForTheAggregatorAndItsOwnRole() {
    for (String values :
        List.of("", "rbac: {clusterWide: true}", "kubernetes: {siteNamespaces: [a, b]}")) {
      Manifests rendered = Chart.render(values);
      for (String kind : List.of("RoleBinding", "ClusterRoleBinding")) {
        for (JsonNode binding : rendered.of(kind)) {
          assertThat(binding.at("/roleRef/name").asText()).isEqualTo(Manifests.name(binding));
          assertThat(binding.at("/roleRef/kind").asText()).isEqualTo(kind.replace("Binding", ""));
          assertThat(binding.at("/subjects")).hasSize(1);
          assertThat(binding.at("/subjects/0/name").asText()).isEqualTo("guild-kumiai-aggregation");
          assertThat(binding.at("/subjects/0/namespace").asText()).isEqualTo("ml");
        }
      }
    }
  }

  @Test
  void aSiteHasNoRolesAtAll() {
    Manifests site =
        Chart.render(
            """
            mode: site
            site: {name: plant-a, aggregatorUrl: http://guild}
            auth: {enrolmentToken: {existingSecret: invitation}}
            rbac: {clusterWide: true}
            """);

    assertThat(site.has("Role") || site.has("ClusterRole") || site.has("RoleBinding")).isFalse();
  }

  private static String namespaces(Manifests rendered, String which) {
    return ConfiguredKeys.parse(
            rendered
                .one("ConfigMap", "guild-kumiai-aggregation")
                .at("/data/application.properties")
                .asText())
        .getOrDefault("kumiai.kubernetes." + which + "-namespaces", "");
  }

  private static Set<String> places(List<JsonNode> objects) {
    Set<String> places = new TreeSet<>();
    objects.forEach(
        object ->
            places.add(object.at("/metadata/namespace").asText() + " " + Manifests.name(object)));
    return places;
  }

  private static Set<String> granted(Manifests rendered, String namespace, String role) {
    return rendered.of("Role").stream()
        .filter(object -> object.at("/metadata/namespace").asText().equals(namespace))
        .filter(object -> Manifests.name(object).equals(role))
        .findFirst()
        .map(ChartRolesTest::rules)
        .orElseThrow(() -> new AssertionError("no role " + role + " in " + namespace));
  }

  /// Each `group/resource: verbs`.
  private static Set<String> rules(JsonNode role) {
    Set<String> rules = new TreeSet<>();
    stream(role.at("/rules"))
        .forEach(
            rule -> {
              assertThat(rule.properties())
                  .extracting(java.util.Map.Entry::getKey)
                  .containsExactlyInAnyOrder("apiGroups", "resources", "verbs");
              for (String group : texts(rule.at("/apiGroups"))) {
                for (String resource : texts(rule.at("/resources"))) {
                  String verbs = String.join(" ", new TreeSet<>(texts(rule.at("/verbs"))));
                  assertThat(rules.add(group + "/" + resource + ": " + verbs)).isTrue();
                }
              }
            });
    return rules;
  }
}
