package dev.kumiai.acceptance.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kumiai.acceptance.Castings;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunView;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The runs of k8s/samples, as a user applies them, against the same runs on one machine.
@Tag("cluster")
@ExtendWith(SharedFederation.class)
class SampleRunIT {

  @Test
  @Tag("quick")
  void jobsEndWithTheModelOfOneMachine(
      Federation federation, Castings castings, @TempDir Path folder) {
    RunView here = castings.runHere(folder, List.of(Samples.restSpec("run.yaml"))).getFirst();

    federation.kubectl().runWith(Samples.text("run.yaml"), "apply", "--filename=-");
    federation.awaitEnd("castings");

    federation
        .kubectl()
        .run("wait", "--for=condition=Succeeded", "--timeout=10s", "federatedrun/castings");
    sameAs(here, federation.json("federatedrun", "castings"));
    assertThat(federation.jobs("site-1"))
        .as("who worked")
        .anyMatch(job -> job.contains("-generate-"))
        .anyMatch(job -> job.contains("-train-"));
    assertThat(federation.jobs("evaluator")).anyMatch(job -> job.contains("-evaluate-"));
    assertThat(federation.describe("federatedrun/castings"))
        .contains("Accepted", "Generating", "Training", "RoundStarted", "Succeeded");
    assertThat(federation.kubectl().run("get", "federatedrun", "castings"))
        .contains("PHASE", "ROUND", "SITES", "ACCURACY", "AGE", "SUCCEEDED", "2/2");
    assertThat(federation.kubectl().run("get", "federatedrounds").lines())
        .filteredOn(line -> line.matches("castings-\\d+ .*Succeeded.*"))
        .hasSize(2);
  }

  @Test
  void warmWorkersEndWithTheModelOfOneMachine(
      Federation federation, Castings castings, @TempDir Path folder) {
    RunView here =
        castings.runHere(folder, List.of(Samples.restSpec("run-agents.yaml"))).getFirst();

    try {
      federation.keepWarm();
      federation.kubectl().runWith(Samples.text("run-agents.yaml"), "apply", "--filename=-");
      federation.awaitEnd("castings-agents");

      JsonNode run = federation.json("federatedrun", "castings-agents");
      sameAs(here, run);
      assertThat(federation.jobsOf(run)).as("Jobs of a run of agents").isEmpty();
    } finally {
      federation.letCool();
    }
    for (String site : Federation.SITES) {
      Await.until(
          "the warm workers of " + site + " are gone",
          () -> federation.at(site).run("get", "deployments", "--output=name").isEmpty(),
          () -> federation.describe("site/" + site));
    }
  }

  private static void sameAs(RunView here, JsonNode there) {
    assertThat(here.phase()).as(here.reason()).isEqualTo(RunPhase.SUCCEEDED);
    JsonNode status = there.at("/status");
    assertThat(status.at("/phase").asText()).as(status.toPrettyString()).isEqualTo("SUCCEEDED");
    assertThat(status.at("/modelDigest").asText()).isEqualTo(String.valueOf(here.model()));
    assertThat(status.at("/accuracy").asDouble()).isEqualTo(here.accuracy());
    for (String condition : List.of("Accepted", "Generated", "Succeeded")) {
      assertThat(Federation.condition(there, condition)).as(condition).startsWith("True/");
    }
    assertThat(Federation.condition(there, "Failed")).isEqualTo("False/NotFailed");
  }
}
