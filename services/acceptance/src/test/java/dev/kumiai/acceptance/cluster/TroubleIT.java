package dev.kumiai.acceptance.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What goes wrong in a cluster while a run goes on, and what becomes of the run.
@Tag("cluster")
@ExtendWith(SharedFederation.class)
class TroubleIT {

  private static final Duration API_SERVER_AWAY = Duration.ofSeconds(60);

  private final Federation federation;
  private final String run = "trouble";

  TroubleIT(Federation federation) {
    this.federation = federation;
  }

  @AfterEach
  void clean() {
    federation.kubectl().run("delete", "federatedrun", run, "--ignore-not-found", "--timeout=120s");
    federation.kubectl().run("delete", "federationruntime", "broken", "--ignore-not-found");
  }

  private void apply(int rounds) {
    federation
        .kubectl()
        .runWith(Samples.run(run, spec -> spec.put("rounds", rounds)), "apply", "--filename=-");
  }

  private void succeeds(int rounds) {
    JsonNode ended = federation.awaitEnd(run);
    assertThat(Federation.condition(ended, "Succeeded"))
        .as(federation.describe("federatedrun/" + run))
        .startsWith("True/");
    assertThat(ended.at("/status/progress").asText()).isEqualTo(rounds + "/" + rounds);
  }

  @Test
  void aRunGoesOnWhenTheAggregatorsPodIsDeleted() {
    apply(2);
    federation.awaitPhase(run, "TRAINING");
    String id = federation.json("federatedrun", run).at("/status/run").asText();

    federation
        .kubectl()
        .run(
            "delete",
            "pod",
            "--selector=app.kubernetes.io/component=aggregation",
            "--grace-period=0",
            "--force");

    succeeds(2);
    assertThat(federation.json("federatedrun", run).at("/status/run").asText()).isEqualTo(id);
  }

  @Test
  void aTaskWhoseWorkerPodIsDeletedIsTriedAgain() {
    apply(1);
    String pod =
        Await.value(
            Await.PATIENCE,
            "a worker trains",
            this::trainingPod,
            name -> !name.isEmpty(),
            () -> federation.story("federatedrun/" + run));

    federation.at("site-1").run("delete", "pod", pod, "--wait=false");

    succeeds(1);
    JsonNode ended = federation.json("federatedrun", run);
    assertThat(federation.trainingPods(ended).at("/items"))
        .as("who did it instead")
        .anySatisfy(
            other -> {
              assertThat(other.at("/metadata/name").asText()).isNotEqualTo(pod);
              assertThat(other.at("/status/phase").asText()).isEqualTo("Succeeded");
            });
    JsonNode round = federation.json("federatedround", run + "-1");
    assertThat(round.at("/status/tasks"))
        .as(round.at("/status").toPrettyString())
        .anySatisfy(
            task -> {
              assertThat(task.at("/site").asText()).isEqualTo("site-1");
              assertThat(task.at("/kind").asText()).isEqualTo("TRAIN");
              assertThat(task.at("/state").asText()).isEqualTo("SUCCEEDED");
            });
  }

  private String trainingPod() {
    return federation
        .at("site-1")
        .run(
            "get",
            "pods",
            "--selector=kumiai.dev/for=run,kumiai.dev/kind=TRAIN",
            "--field-selector=status.phase=Running",
            "--output=jsonpath={.items[*].metadata.name}");
  }

  @Test
  void aRunOutlivesAMinuteWithoutTheApiServer() {
    ApiServer server = ApiServer.ofTestCluster();
    apply(3);
    federation.awaitPhase(run, "TRAINING");

    server.stopFor(API_SERVER_AWAY);

    succeeds(3);
    assertThat(
            federation
                .kubectl()
                .run("get", "pods", "--selector=app.kubernetes.io/component=aggregation"))
        .as("the aggregator outlives it, too")
        .contains("1/1");
  }

  @Test
  void anImageThatIsNotThereEndsTheRunWithThatReason() {
    broken(
        runtime -> {
          // Else the nodes would try to pull it for as long as the aggregator's patience lasts.
          runtime.put("imagePullPolicy", "Never");
          service(runtime).put("image", "kumiai-local-training:is-not-there");
        });

    JsonNode ended = federation.awaitEnd(run);

    assertThat(Federation.condition(ended, "Failed")).startsWith("True/");
    assertThat(ended.at("/status/reason").asText()).contains("ErrImageNeverPull", "is-not-there");
    assertThat(federation.describe("federatedrun/" + run)).contains("Warning", "is-not-there");
  }

  @Test
  void aWorkerThatNeedsMoreMemoryThanItMayEndsTheRunWithThatReason() {
    broken(runtime -> resources(service(runtime), "limits", "memory", "48Mi"));

    JsonNode ended = federation.awaitEnd(run);

    assertThat(Federation.condition(ended, "Failed")).startsWith("True/");
    assertThat(ended.at("/status/reason").asText())
        .contains("OOMKilled", "raise resources.limits.memory in the FederationRuntime");
  }

  @Test
  void aPodThatFitsNoNodeWaitsWithThatReason() {
    broken(runtime -> resources(service(runtime), "requests", "cpu", "1000"));

    JsonNode waiting =
        Await.value(
            Await.PATIENCE,
            "the run says what it waits for",
            () -> federation.json("federatedrun", run),
            seen -> Federation.condition(seen, "Progressing").equals("False/Unschedulable"),
            () -> federation.story("federatedrun/" + run));

    assertThat(waiting.at("/status/phase").asText()).isNotEqualTo("FAILED");
    assertThat(waiting.at("/status/reason").asText()).contains("Insufficient cpu");
    assertThat(federation.describe("federatedrun/" + run)).contains("Insufficient cpu");
  }

  /// Applies a run whose FederationRuntime is the default one with a change.
  private void broken(Consumer<ObjectNode> change) {
    ObjectNode runtime = (ObjectNode) federation.json("federationruntime", "default");
    ObjectNode metadata = runtime.putObject("metadata");
    metadata.put("name", "broken");
    change.accept((ObjectNode) runtime.at("/spec"));
    federation.kubectl().runWith(runtime.toString(), "apply", "--filename=-");
    federation
        .kubectl()
        .runWith(
            Samples.run(
                run, spec -> spec.put("rounds", 1).putObject("runtimeRef").put("name", "broken")),
            "apply",
            "--filename=-");
  }

  private static ObjectNode service(ObjectNode runtime) {
    return (ObjectNode) runtime.get("localTraining");
  }

  private static void resources(ObjectNode service, String which, String of, String amount) {
    ObjectNode resources = (ObjectNode) service.get("resources");
    if (which.equals("limits")) {
      resources.remove("requests");
    }
    resources.withObjectProperty(which).put(of, amount);
  }
}
