package dev.kumiai.acceptance.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.acceptance.Castings;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What `helm uninstall` leaves, says that it leaves, and a new release finds again.
@Tag("cluster")
@ExtendWith(SharedFederation.class)
class UninstallIT {

  @Test
  void uninstallingLeavesResourcesAndDataAndSaysSo(Castings castings) {
    try (Federation federation = Federation.start(castings)) {
      federation
          .kubectl()
          .runWith(
              Samples.run("kept", spec -> spec.put("rounds", 1).put("roundTrigger", "manual")),
              "apply",
              "--filename=-");
      String id = federation.awaitPhase("kept", "READY").at("/status/run").asText();

      assertThat(federation.release().status().getOutput())
          .as("NOTES.txt")
          .contains("helm uninstall removes the programs and leaves what took work to make")
          .contains("the claims guild-kumiai-aggregation");
      String said = federation.release().uninstall();

      assertThat(said).contains("kept due to the resource policy", "guild-kumiai-aggregation");
      assertThat(federation.kubectl().run("get", "federatedruns,sites,pvc", "--output=name"))
          .contains(
              "/kept",
              "/site-1",
              "/site-2",
              "/evaluator",
              "persistentvolumeclaim/guild-kumiai-aggregation");
      assertThat(federation.kubectl().run("get", "deployments,services", "--output=name"))
          .doesNotContain("guild-kumiai");

      federation.release().install(federation.values(""));
      federation
          .kubectl()
          .runWith(
              Samples.text("round.yaml").replace("castings", "kept"), "create", "--filename=-");

      assertThat(federation.awaitEnd("kept").at("/status/run").asText())
          .as("the new release goes on with the old one's run")
          .isEqualTo(id);
      assertThat(List.of(federation.condition("federatedrun", "kept", "Succeeded")))
          .containsExactly("True/LastRoundDone");
    }
  }
}
