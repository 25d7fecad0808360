package dev.kumiai.kubernetes.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Digest;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.kubernetes.Conditions;
import dev.kumiai.kubernetes.Given;
import dev.kumiai.kubernetes.job.Waiting;
import dev.kumiai.kubernetes.resource.FederatedRun;
import dev.kumiai.kubernetes.resource.FederatedRunStatus;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.protocol.run.RoundView;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.RunView;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RunProgressTest {

  private static final Instant NOW = Instant.parse("2026-11-27T12:00:00.123Z");
  private static final Digest MODEL = Digest.of(new byte[] {1});

  private final FederatedRun resource = Given.run(Given.RUN);

  private RunView run(RunPhase phase, @Nullable String reason) throws Exception {
    RunSpec spec =
        KumiaiJson.mapper()
            .treeToValue(RestSpec.of(resource, List.of("plant-a", "plant-b")), RunSpec.class);
    return new RunView(
        new RunId("95c3d719-b8be-4dcb-8289-5e9931affb3d"),
        spec,
        phase,
        2,
        0,
        MODEL,
        0.75,
        reason,
        NOW.minusSeconds(60),
        phase.isTerminal() ? NOW : null,
        List.of());
  }

  private FederatedRunStatus shown(RunView run, List<Waiting> waiting, Instant now) {
    RoundView round =
        new RoundView(
            1, 0, null, MODEL, 0.5, 1.0, NOW.minusSeconds(50), NOW.minusSeconds(20), List.of());
    return RunProgress.of(
        resource,
        new RunProgress.Seen(run, 1, List.of(round), false, "sha256:digest", null, waiting),
        now);
  }

  private static Condition condition(FederatedRunStatus status, String type) {
    return Conditions.find(status.conditions(), type).orElseThrow();
  }

  @Test
  void aRunThatGoesOnShowsHowFarItIs() throws Exception {
    FederatedRunStatus status = shown(run(RunPhase.TRAINING, null), List.of(), NOW);

    assertThat(status.phase()).isEqualTo("TRAINING");
    assertThat(status.progress()).isEqualTo("2/3");
    assertThat(status.sitesReady()).isEqualTo("1/2");
    assertThat(status.accuracy()).isEqualTo(0.75);
    assertThat(status.modelDigest()).isEqualTo(MODEL.toString());
    assertThat(status.startTime()).isEqualTo("2026-11-27T11:59:00Z");
    assertThat(status.completionTime()).isNull();
    assertThat(status.lastRounds())
        .containsExactly(new FederatedRunStatus.RoundSummary(1, 0.5, 0, 30.0));
    assertThat(condition(status, "Progressing").getStatus()).isEqualTo("True");
    assertThat(condition(status, "Succeeded").getStatus()).isEqualTo("False");
  }

  @Test
  void whyItWaitsIsTold() throws Exception {
    FederatedRunStatus status =
        shown(
            run(RunPhase.TRAINING, null),
            List.of(new Waiting(new SiteId("plant-a"), "Unschedulable", "no GPU is free")),
            NOW);

    assertThat(condition(status, "Progressing").getReason()).isEqualTo("Unschedulable");
    assertThat(status.reason()).isEqualTo("site 'plant-a': Unschedulable: no GPU is free");
  }

  @Test
  void aRunThatFailedSaysWhy() throws Exception {
    FederatedRunStatus status = shown(run(RunPhase.FAILED, "too few sites"), List.of(), NOW);

    assertThat(condition(status, "Failed").getStatus()).isEqualTo("True");
    assertThat(condition(status, "Failed").getMessage()).isEqualTo("too few sites");
    assertThat(condition(status, "Progressing").getStatus()).isEqualTo("False");
    assertThat(status.completionTime()).isEqualTo("2026-11-27T12:00:00Z");
  }

  @Test
  void noConditionIsWithoutAMessage() throws Exception {
    for (RunPhase phase : RunPhase.values()) {
      assertThat(shown(run(phase, null), List.of(), NOW).conditions())
          .hasSize(6)
          .allSatisfy(one -> assertThat(one.getMessage()).isNotBlank())
          .allSatisfy(one -> assertThat(one.getReason()).matches("[A-Z][A-Za-z]+"));
    }
  }

  @Test
  void aConditionKeepsTheTimeOfItsLastChange() throws Exception {
    resource.setStatus(shown(run(RunPhase.TRAINING, null), List.of(), NOW));

    FederatedRunStatus later = shown(run(RunPhase.SUCCEEDED, null), List.of(), NOW.plusSeconds(60));

    assertThat(condition(later, "Accepted").getLastTransitionTime())
        .isEqualTo("2026-11-27T12:00:00Z");
    assertThat(condition(later, "Succeeded").getLastTransitionTime())
        .isEqualTo("2026-11-27T12:01:00Z");
  }

  @Test
  void lookingAgainChangesNothing() throws Exception {
    RunView run = run(RunPhase.TRAINING, null);
    resource.setStatus(shown(run, List.of(), NOW));

    assertThat(shown(run, List.of(), NOW.plusSeconds(60))).isEqualTo(resource.getStatus());
  }

  @Test
  void aSpecThatIsNotTakenYetSaysWhatIsWrong() {
    FederatedRunStatus status =
        RunProgress.pending(resource, "SpecInvalid", "spec/rounds is too small", "1/2", NOW);

    assertThat(status.phase()).isEqualTo("Pending");
    assertThat(status.sitesReady()).isEqualTo("1/2");
    assertThat(condition(status, "Accepted").getReason()).isEqualTo("SpecInvalid");
  }
}
