package dev.kumiai.acceptance.helm;

import static dev.kumiai.acceptance.helm.Manifests.container;
import static dev.kumiai.acceptance.helm.Manifests.env;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.kumiai.acceptance.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `k8s/base` is what the chart makes, and `k8s/overlays` are what kubectl makes of it.
class KustomizeTest {

  private static final Path FOLDER = Checkout.ROOT.resolve("k8s");
  private static final String NAME = "kumiai";

  private static final Map<String, String> BASES =
      Map.of(
          "aggregation",
          "crds: {install: false}",
          "worker",
          """
          mode: site
          site: {name: plant-a, aggregatorUrl: http://kumiai-aggregation.kumiai.svc}
          auth: {enrolmentToken: {existingSecret: kumiai-enrolment}}
          """);

  private static final YAMLMapper WRITER =
      YAMLMapper.builder()
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
          .build();

  /// `-Dregenerate` renders them.
  @ParameterizedTest
  @ValueSource(strings = {"aggregation", "worker"})
  void theCommittedBaseIsThatOfTheChart(String base) throws IOException {
    Path file = FOLDER.resolve("base").resolve(base).resolve(base + ".yaml");
    String rendered = render(BASES.get(base));
    if (System.getProperty("regenerate") != null) {
      Files.writeString(file, rendered);
    }

    assertThat(file)
        .as("run ./kumiai maven -pl services/acceptance -am test -Dtest=KustomizeTest -Dregenerate")
        .hasContent(rendered);
  }

  @ParameterizedTest
  @CsvSource({
    "control-plane, crds base/aggregation",
    "site, base/worker",
    "all-in-one, crds base/aggregation base/worker"
  })
  void anOverlayHasTheObjectsOfItsBases(String overlay, String bases) {
    Set<String> wanted = new TreeSet<>();
    List.of(bases.split(" ")).forEach(base -> wanted.addAll(kustomize(base).names()));

    assertThat(kustomize("overlays/" + overlay).names()).isEqualTo(wanted);
  }

  @Test
  void theSiteJoinsTheAggregatorOfItsPatchAndKeepsTheRestOfItsEnvironment() {
    Manifests site = kustomize("overlays/site");

    assertThat(site.of("Deployment"))
        .hasSize(2)
        .allSatisfy(
            deployment -> {
              JsonNode worker = container(deployment);
              assertThat(env(worker, "KUMIAI_AGGREGATOR_URL"))
                  .isEqualTo("https://guild.example.com");
              assertThat(env(worker, "KUMIAI_ENROLMENT_TOKEN"))
                  .isEqualTo("kumiai-enrolment/enrolment-token");
              assertThat(worker.at("/image").asText()).endsWith(":0.1.0-SNAPSHOT");
            });
  }

  @Test
  void allInOneSharesTheTokenAndItsWorkersFindTheAggregator() {
    Manifests all = kustomize("overlays/all-in-one");

    assertThat(all.of("Deployment"))
        .hasSize(3)
        .allSatisfy(
            deployment ->
                assertThat(env(container(deployment), "KUMIAI_ENROLMENT_TOKEN"))
                    .isEqualTo("kumiai-enrolment/enrolment-token"));
    assertThat(env(container(all.one("Deployment", "kumiai-generation")), "KUMIAI_AGGREGATOR_URL"))
        .isEqualTo(
            "http://%s.%s.svc"
                .formatted(
                    Manifests.name(all.one("Service")),
                    all.one("Service").at("/metadata/namespace").asText()));
  }

  @Test
  void theDefinitionsAreAllThere() {
    assertThat(kustomize("crds").all())
        .extracting(Manifests::name)
        .containsExactlyInAnyOrder(
            "federatedrounds.kumiai.dev",
            "federatedruns.kumiai.dev",
            "federationruntimes.kumiai.dev",
            "sites.kumiai.dev");
  }

  /// What every kubectl of this machine makes of a folder, which has to be the same.
  private static Manifests kustomize(String folder) {
    List<Kubectl> all = Kubectl.local();
    assumeTrue(!all.isEmpty(), "there is no kubectl: install it to test overlays");
    List<Manifests> made =
        all.stream()
            .map(kubectl -> kubectl.run("kustomize", FOLDER.resolve(folder).toString()))
            .map(Manifests::parse)
            .toList();
    assertThat(made).extracting(Manifests::names).containsOnly(made.getFirst().names());
    return made.getFirst();
  }

  /// The chart's objects without what is Helm's.
  private static String render(String values) throws IOException {
    List<JsonNode> installed =
        Manifests.parse(Chart.text(NAME, NAME, Chart.CURRENT, values)).all().stream()
            .filter(object -> !object.at("/kind").asText().equals("Pod"))
            .toList();
    Set<String> accounts =
        new Manifests(installed)
            .podSpecs().stream()
                .map(pod -> pod.at("/serviceAccountName").asText())
                .collect(Collectors.toSet());
    List<JsonNode> objects =
        installed.stream()
            .filter(
                object ->
                    !object.at("/kind").asText().equals("ServiceAccount")
                        || accounts.contains(Manifests.name(object)))
            .sorted(
                Comparator.comparing((JsonNode object) -> object.at("/kind").asText())
                    .thenComparing(Manifests::name))
            .toList();
    StringBuilder text =
        new StringBuilder("# Rendered from helm/kumiai by KustomizeTest with -Dregenerate.\n");
    for (JsonNode object : objects) {
      strip(object.at("/metadata"));
      strip(object.at("/spec/template/metadata"));
      text.append(WRITER.writeValueAsString(object));
    }
    return text.toString();
  }

  private static void strip(JsonNode metadata) {
    for (String part : List.of("labels", "annotations")) {
      if (metadata.get(part) instanceof ObjectNode entries) {
        Set<String> ours =
            entries.properties().stream()
                .map(Map.Entry::getKey)
                .filter(key -> key.contains("helm") || key.startsWith("checksum/"))
                .collect(Collectors.toSet());
        entries.remove(ours);
        entries.remove(List.of(Chart.HOOK, "app.kubernetes.io/managed-by"));
        if (entries.isEmpty()) {
          ((ObjectNode) metadata).remove(part);
        }
      }
    }
  }
}
