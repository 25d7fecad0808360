package dev.kumiai.kubernetes.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kumiai.kubernetes.Given;
import dev.kumiai.kubernetes.resource.Executor;
import dev.kumiai.kubernetes.resource.FederatedRun;
import dev.kumiai.kubernetes.resource.FederatedRunSpec;
import dev.kumiai.kubernetes.resource.RoundTrigger;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.protocol.run.RoundSpec;
import dev.kumiai.protocol.run.RunSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RestSpecTest {

  private static RunSpec read(ObjectNode spec) throws Exception {
    return KumiaiJson.mapper().treeToValue(spec, RunSpec.class);
  }

  @Test
  void itIsTheSpecOfARun() throws Exception {
    RunSpec spec = read(RestSpec.of(Given.run(Given.RUN), List.of("plant-a", "plant-b")));

    assertThat(spec.name()).isEqualTo("castings");
    assertThat(spec.seed()).isEqualTo(7);
    assertThat(spec.rounds()).isEqualTo(3);
    assertThat(spec.data().classes()).containsExactly("pit", "sound");
    assertThat(spec.sites()).hasSize(2);
    assertThat(spec.executor()).isEqualTo(RunSpec.Executor.JOBS);
    assertThat(spec.round()).isEqualTo(RoundSpec.DEFAULT);
  }

  @Test
  void aManualTriggerJoinsTheRestOfTheRound() throws Exception {
    FederatedRun run =
        Given.run(Given.RUN + "  roundTrigger: manual\n  round: {deadlineSeconds: 60}\n");

    RoundSpec round = read(RestSpec.of(run, List.of("plant-a"))).round();

    assertThat(round.trigger()).isEqualTo(RoundSpec.Trigger.MANUAL);
    assertThat(round.deadlineSeconds()).isEqualTo(60);
  }

  @Test
  void aMistakeStaysForTheAggregatorToTell() {
    FederatedRun run = Given.run(Given.RUN.replace("architecture: MLP", "architectur: 3"));

    assertThat(RestSpec.of(run, List.of("plant-a")).at("/model/architectur").asInt()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "suspend: true",
        "roundTrigger: manual",
        "ttlSecondsAfterFinished: 60",
        "roundsHistoryLimit: 3"
      })
  void whatMayChangeDoesNotChangeTheDigest(String field) {
    assertThat(RestSpec.digest(Given.run(Given.RUN + "  " + field + "\n")))
        .isEqualTo(RestSpec.digest(Given.run(Given.RUN)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"seed: 8", "rounds: 4", "executor: agents", "sites: [plant-a]"})
  void whatMayNotChangeDoes(String field) {
    String key = field.substring(0, field.indexOf(':'));
    FederatedRun changed = Given.run(Given.RUN.replaceAll(key + ": .*", field));

    assertThat(RestSpec.digest(changed)).isNotEqualTo(RestSpec.digest(Given.run(Given.RUN)));
  }

  @Test
  void theResourceOfARunCreatedByRestAsksForTheSameRun() throws Exception {
    RunSpec spec = read(RestSpec.of(Given.run(Given.RUN), List.of("plant-a", "plant-b")));
    FederatedRunSpec mirrored = RestSpec.resource(spec);
    FederatedRun mirror = new FederatedRun();
    mirror.getMetadata().setName("another");
    mirror.setSpec(mirrored);
    FederatedRun stored = Serialization.unmarshal(Serialization.asYaml(mirror), FederatedRun.class);

    assertThat(mirrored.executor()).isEqualTo(Executor.JOBS);
    assertThat(mirrored.roundTrigger()).isEqualTo(RoundTrigger.AUTOMATIC);
    assertThat(read(RestSpec.of(stored, List.of("plant-a", "plant-b")))).isEqualTo(spec);
  }
}
