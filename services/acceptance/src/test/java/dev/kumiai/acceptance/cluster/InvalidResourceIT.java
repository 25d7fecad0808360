package dev.kumiai.acceptance.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Resources with mistakes: what the API server refuses by their schemas, and what the aggregator
/// refuses in their conditions.
@Tag("cluster")
@Tag("quick")
@ExtendWith(SharedFederation.class)
class InvalidResourceIT {

  private static final String NAME = "wrong";

  private final Federation federation;

  InvalidResourceIT(Federation federation) {
    this.federation = federation;
  }

  private static Arguments schema(
      String what, String sample, Consumer<ObjectNode> mistake, String says) {
    return Arguments.of(what, manifest(sample, mistake), says);
  }

  private static String manifest(String sample, Consumer<ObjectNode> mistake) {
    ObjectNode manifest = Samples.one(sample);
    ((ObjectNode) manifest.get("metadata")).put("name", NAME).remove("generateName");
    mistake.accept((ObjectNode) manifest.get("spec"));
    return manifest.toString();
  }

  private static ObjectNode of(ObjectNode spec, String part) {
    return (ObjectNode) spec.get(part);
  }

  static Stream<Arguments> refusedByTheServer() {
    return Stream.of(
        schema("a run without data", "run.yaml", spec -> spec.remove("data"), "data"),
        schema("a run without rounds", "run.yaml", spec -> spec.remove("rounds"), "rounds"),
        schema("rounds below one", "run.yaml", spec -> spec.put("rounds", 0), "spec.rounds"),
        schema("words for a number", "run.yaml", spec -> spec.put("rounds", "many"), "spec.rounds"),
        schema(
            "an executor that is none",
            "run.yaml",
            spec -> spec.put("executor", "pods"),
            "spec.executor"),
        schema(
            "a trigger that is none",
            "run.yaml",
            spec -> spec.put("roundTrigger", "never"),
            "spec.roundTrigger"),
        schema("a field that is none", "run.yaml", spec -> spec.put("round5", 5), "round5"),
        schema(
            "an architecture that is none",
            "run.yaml",
            spec -> of(spec, "model").put("architecture", "GPT"),
            "spec.model.architecture"),
        schema(
            "one class",
            "run.yaml",
            spec -> of(spec, "data").putArray("classes").add("crack"),
            "spec.data.classes"),
        schema("no site", "run.yaml", spec -> spec.putArray("sites"), "spec.sites"),
        schema(
            "a generator that is none",
            "run.yaml",
            spec -> of(spec, "generation").put("generator", "magic"),
            "spec.generation.generator"),
        schema(
            "a time to live below zero",
            "run.yaml",
            spec -> spec.put("ttlSecondsAfterFinished", -1),
            "spec.ttlSecondsAfterFinished"),
        schema("a round of no run", "round.yaml", spec -> spec.remove("runRef"), "runRef"),
        schema("a round zero", "round.yaml", spec -> spec.put("round", 0), "spec.round"),
        schema(
            "a site with half a claim",
            "site",
            spec -> spec.putObject("volumes").putObject("site"),
            "claimName"),
        schema(
            "a site in a namespace that cannot be",
            "site",
            spec -> spec.put("namespace", "Not A Namespace"),
            "spec.namespace"),
        schema(
            "a site without a GPU's count",
            "site",
            spec -> spec.putObject("gpu").put("count", 0),
            "spec.gpu.count"),
        schema(
            "a runtime without an image",
            "runtime.yaml",
            spec -> of(spec, "localTraining").remove("image"),
            "image"),
        schema(
            "a pull policy that is none",
            "runtime.yaml",
            spec -> spec.put("imagePullPolicy", "Sometimes"),
            "spec.imagePullPolicy"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusedByTheServer")
  void kubectlRefuses(String what, String manifest, String says) {
    assertThatThrownBy(() -> federation.kubectl().runWith(manifest, "apply", "--filename=-"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(says);
  }

  private static Arguments refused(
      String what, String sample, Consumer<ObjectNode> mistake, String condition, String says) {
    return Arguments.of(what, manifest(sample, mistake), condition, says);
  }

  static Stream<Arguments> refusedByTheAggregator() {
    return Stream.of(
        refused(
            "sites and a selector",
            "run.yaml",
            spec ->
                spec.putObject("siteSelector").putObject("matchLabels").put("makes", "castings"),
            "False/SitesUnclear",
            "give one of them"),
        refused(
            "neither sites nor a selector",
            "run.yaml",
            spec -> spec.remove("sites"),
            "False/SitesUnclear",
            "give spec.sites or spec.siteSelector"),
        refused(
            "a selector that selects nobody",
            "run.yaml",
            spec -> {
              spec.remove("sites");
              spec.putObject("siteSelector").putObject("matchLabels").put("makes", "bread");
            },
            "False/NoSites",
            "no Site in namespace"),
        refused(
            "a site that nobody knows",
            "run.yaml",
            spec -> spec.putArray("sites").add("site-9"),
            "False/SpecInvalid",
            "site-9"),
        refused(
            "epochs and steps",
            "run.yaml",
            spec -> of(spec, "training").put("epochs", 2),
            "False/SpecInvalid",
            "spec/training"),
        refused(
            "two mistakes, both told",
            "run.yaml",
            spec -> {
              of(spec, "training").put("epochs", 2);
              spec.putArray("sites").add("site-9");
            },
            "False/SpecInvalid",
            "site-9"),
        refused(
            "a round of a run that is not there",
            "round.yaml",
            spec -> of(spec, "runRef").put("name", "nowhere"),
            "False/Waiting",
            "there is no FederatedRun 'nowhere'"),
        refused(
            "a site in a namespace that is not watched",
            "site",
            spec -> spec.put("namespace", "kube-system"),
            "False/NamespaceNotWatched",
            "siteNamespaces of the chart"),
        refused(
            "a site with a runtime that is not there",
            "site",
            spec -> spec.putObject("runtimeRef").put("name", "nowhere"),
            "False/SiteInvalid",
            "nowhere"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusedByTheAggregator")
  void theAggregatorSaysWhy(String what, String manifest, String condition, String says) {
    String resource =
        federation
            .kubectl()
            .runWith(
                manifest.replace(
                    "\"namespace\":\"site-1\"",
                    "\"namespace\":\"" + federation.of("site-1") + "\""),
                "apply",
                "--filename=-",
                "--output=name")
            .strip();
    try {
      JsonNode seen =
          Await.value(
              Await.PATIENCE,
              resource + " is refused with " + condition,
              () -> Samples.json(federation.kubectl().run("get", resource, "--output=json")),
              now -> Federation.condition(now, "Accepted").equals(condition),
              () -> federation.describe(resource));

      assertThat(seen.at("/status/reason").asText()).contains(says);
      assertThat(federation.describe(resource)).contains(says);
    } finally {
      federation.kubectl().run("delete", resource, "--timeout=60s");
    }
  }
}
