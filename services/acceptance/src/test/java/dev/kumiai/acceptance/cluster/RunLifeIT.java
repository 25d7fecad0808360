package dev.kumiai.acceptance.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kumiai.acceptance.helm.ChartRelease;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What a user does with a run that goes on: rounds by hand, suspend, resume, delete, and new
/// versions of the release around it.
@Tag("cluster")
@ExtendWith(SharedFederation.class)
class RunLifeIT {

  private final Federation federation;
  private final String run = "life";

  RunLifeIT(Federation federation) {
    this.federation = federation;
  }

  @AfterEach
  void clean() {
    federation.kubectl().run("delete", "federatedrun", run, "--ignore-not-found", "--timeout=120s");
  }

  private void apply(int rounds, String trigger) {
    String manifest =
        Samples.run(run, spec -> spec.put("rounds", rounds).put("roundTrigger", trigger));
    federation.kubectl().runWith(manifest, "apply", "--filename=-");
  }

  @Test
  @Tag("quick")
  void roundsStartByKubectlCreate() {
    apply(2, "manual");
    federation.awaitPhase(run, "READY");
    assertThat(federation.json("federatedrun", run).at("/status/progress").asText())
        .isEqualTo("0/2");

    String first = createRound();
    JsonNode round = awaitRound(first);

    JsonNode status = round.at("/status");
    assertThat(status.at("/phase").asText()).as(status.toPrettyString()).isEqualTo("Succeeded");
    assertThat(status.at("/round").asInt()).isEqualTo(1);
    assertThat(status.at("/sites").asText()).isEqualTo("2/2");
    assertThat(status.at("/accuracy").asDouble()).isBetween(0.0, 1.0);
    assertThat(status.at("/duration").asText()).matches("[0-9.]+s");
    assertThat(Federation.condition(round, "Complete")).startsWith("True/");
    assertThat(federation.describe(first)).contains("RoundRunning", "RoundSucceeded");
    assertThat(federation.awaitPhase(run, "READY").at("/status/progress").asText())
        .isEqualTo("1/2");

    awaitRound(createRound());
    federation.awaitEnd(run);
    federation
        .kubectl()
        .run("wait", "--for=condition=Succeeded", "--timeout=10s", "federatedrun/" + run);

    String late = createRound();
    assertThat(awaitRound(late).at("/status/phase").asText()).isEqualTo("Failed");
    assertThat(federation.describe(late)).contains("RunOver", "no round can start");
  }

  /// As a user does, for this run.
  private String createRound() {
    String manifest = Samples.text("round.yaml").replace("castings", run);
    return federation
        .kubectl()
        .runWith(manifest, "create", "--filename=-", "--output=name")
        .strip();
  }

  private JsonNode awaitRound(String name) {
    return Await.value(
        Await.LONG,
        name + " is over",
        () -> Samples.json(federation.kubectl().run("get", name, "--output=json")),
        seen ->
            seen.at("/status").has("completionTime")
                || seen.at("/status/phase").asText().equals("Failed"),
        () -> federation.story(name));
  }

  @Test
  @Tag("quick")
  void aChangeOfTheSpecOfARunThatHasStartedIsRefusedOrIgnoredAndSaid() {
    apply(2, "manual");
    JsonNode before = federation.awaitPhase(run, "READY");

    try {
      federation.patch("federatedrun/" + run, "{\"spec\":{\"seed\":99}}");
    } catch (IllegalStateException e) {
      // A server with rules in CEL.
      assertThat(e).hasMessageContaining("the spec of a run that has started cannot change");
      return;
    }

    JsonNode now =
        Await.value(
            Await.PATIENCE,
            "the run says that the change does nothing",
            () -> federation.json("federatedrun", run),
            seen -> Federation.condition(seen, "Accepted").equals("True/SpecChangeIgnored"),
            () -> federation.story("federatedrun/" + run));
    assertThat(federation.rest("runs/" + now.at("/status/run").asText()).at("/spec/seed"))
        .isEqualTo(before.at("/spec/seed"));
  }

  @Test
  @Tag("quick")
  void aRunThatWasCreatedByRestShowsUpOnceAndIsCancelledWithItsResource() {
    String id = federation.post("runs", Samples.restSpec("run.yaml")).at("/run").asText();

    String name =
        Await.value(
            Await.PATIENCE,
            "a resource stands for it",
            () -> resourcesOf(id),
            names -> !names.isEmpty(),
            () -> federation.kubectl().run("get", "federatedruns", "--output=yaml"));

    assertThat(name).as("one alone").doesNotContain(" ");
    federation.kubectl().run("delete", "federatedrun", name, "--timeout=120s");
    assertThat(federation.rest("runs/" + id).at("/phase").asText()).isEqualTo("CANCELLED");
  }

  private String resourcesOf(String id) {
    return federation
        .kubectl()
        .run(
            "get",
            "federatedruns",
            "--output=jsonpath={.items[?(@.status.run==\"" + id + "\")].metadata.name}");
  }

  @Test
  void aRunThatIsSuspendedWaitsAndGoesOnWhenItIsResumed() {
    apply(3, "automatic");
    federation.awaitPhase(run, "TRAINING");

    federation.patch("federatedrun/" + run, "{\"spec\":{\"suspend\":true}}");
    federation
        .kubectl()
        .run("wait", "--for=condition=Suspended", "--timeout=60s", "federatedrun/" + run);

    JsonNode held = federation.json("federatedrun", run);
    assertThat(Federation.condition(held, "Progressing")).startsWith("False/");
    Await.until(
        "no Job of a suspended run works",
        () -> federation.of("pods", held).stream().noneMatch(pod -> isRunning(pod)),
        () -> federation.story("federatedrun/" + run));
    assertThat(federation.describe("federatedrun/" + run)).contains("Suspended");

    federation.patch("federatedrun/" + run, "{\"spec\":{\"suspend\":false}}");
    JsonNode ended = federation.awaitEnd(run);

    assertThat(Federation.condition(ended, "Succeeded")).startsWith("True/");
    assertThat(Federation.condition(ended, "Suspended")).startsWith("False/");
    assertThat(ended.at("/status/progress").asText()).isEqualTo("3/3");
  }

  private boolean isRunning(String pod) {
    int blank = pod.indexOf(' ');
    return federation
        .at(pod.substring(0, blank))
        .run(
            "get",
            pod.substring(blank + 1),
            "--ignore-not-found",
            "--output=jsonpath={.status.phase}")
        .equals("Running");
  }

  @Test
  void aRunThatIsDeletedInMidRunLeavesNothingInAnyNamespace() {
    apply(50, "automatic");
    JsonNode going =
        Await.value(
            Await.LONG,
            "a round has begun",
            () -> federation.json("federatedrun", run),
            seen -> seen.at("/status/round").asInt() >= 1 && !federation.jobsOf(seen).isEmpty(),
            () -> federation.story("federatedrun/" + run));

    federation.kubectl().run("delete", "federatedrun", run, "--timeout=120s");

    assertThat(federation.kubectl().run("get", "federatedruns", "--output=name"))
        .doesNotContain("/" + run);
    // Its rounds are its own: the cluster collects them, in its own time.
    Await.until("no round is left", () -> !rounds().contains("/" + run), () -> rounds());
    Await.until(
        "nothing is left",
        () -> federation.of("jobs,pods,secrets,configmaps", going).isEmpty(),
        () -> String.join("\n", federation.of("jobs,pods,secrets,configmaps", going)));
    assertThat(federation.rest("runs/" + going.at("/status/run").asText()).at("/phase").asText())
        .as("the aggregator's record stays")
        .isEqualTo("CANCELLED");
  }

  private String rounds() {
    return federation.kubectl().run("get", "federatedrounds", "--output=name");
  }

  @Test
  void anUpgradeAndARollbackInMidRunDoNotLoseIt() {
    ChartRelease release = federation.release();
    int before = release.history().size();
    apply(4, "automatic");
    federation.awaitPhase(run, "TRAINING");
    String id = federation.json("federatedrun", run).at("/status/run").asText();

    release.upgrade(federation.values("logging: {json: true}\n"));
    release.rollback(before);
    JsonNode ended = federation.awaitEnd(run);

    assertThat(ended.at("/status/run").asText()).isEqualTo(id);
    assertThat(Federation.condition(ended, "Succeeded"))
        .as(federation.describe("federatedrun/" + run))
        .startsWith("True/");
    assertThat(ended.at("/status/progress").asText()).isEqualTo("4/4");
    assertThat(
            List.of(federation.kubectl().run("get", "federatedruns", "--output=name").split("\n")))
        .as("the run is there once")
        .filteredOn(name -> name.endsWith("/" + run))
        .hasSize(1);
  }
}
