package dev.kumiai.aggregation.retention;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kumiai.aggregation.retention.Reference.Role;
import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunState;
import dev.kumiai.core.Digest;
import dev.kumiai.core.RunId;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.protocol.run.BufferSpec;
import dev.kumiai.protocol.run.RetentionSpec;
import dev.kumiai.protocol.run.RetentionSpec.Updates;
import dev.kumiai.protocol.run.RoundSpec;
import dev.kumiai.protocol.run.RunSpec;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RetentionRuleTest {

  private static final RunId RUN = RunId.random();
  private static final Instant NOW = Instant.EPOCH;
  private static final Digest NEWEST = digest(100);
  private static final RetentionSpec NONE = new RetentionSpec(Updates.NONE, null);
  private static final RetentionSpec LAST_TWO = new RetentionSpec(Updates.LAST_ROUNDS, 2);

  private static Digest digest(int number) {
    return Digest.of(new byte[] {(byte) number});
  }

  private static RunSpec spec(RetentionSpec retention) {
    try {
      return KumiaiJson.mapper()
          .readValue("{\"name\":\"a\",\"sites\":[\"a\"],\"rounds\":9}", RunSpec.class)
          .withRetention(retention);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static Run over(RetentionSpec retention) {
    return new Run(RUN, spec(retention), NOW, 0, new RunState.Failed(9, NEWEST, "why", NOW));
  }

  private static Run training(RunSpec spec) {
    return new Run(RUN, spec, NOW, 0, new RunState.Training(9, NEWEST, NOW));
  }

  private static Reference file(Role role, int round) {
    return new Reference(RUN, digest(round), role, round, role != Role.UPDATE);
  }

  @Test
  void whatARunStartedFromAndWhatItCameToStay() {
    assertThat(RetentionRule.keeps(over(LAST_TWO), file(Role.MODEL, 0))).isTrue();
    assertThat(RetentionRule.keeps(over(LAST_TWO), new Reference(RUN, NEWEST, Role.MODEL, 3, true)))
        .isTrue();
  }

  @Test
  void ofTheLastRoundsEverythingStaysAndOfEarlierOnesNothing() {
    for (Role role : Role.values()) {
      assertThat(RetentionRule.keeps(over(LAST_TWO), file(role, 8))).as(role.name()).isTrue();
      assertThat(RetentionRule.keeps(over(LAST_TWO), file(role, 7))).as(role.name()).isFalse();
    }
  }

  @Test
  void withoutUpdatesModelsAndTheNewestStateStay() {
    assertThat(RetentionRule.keeps(over(NONE), file(Role.MODEL, 1))).isTrue();
    assertThat(RetentionRule.keeps(over(NONE), file(Role.STATE, 9))).isTrue();
    assertThat(RetentionRule.keeps(over(NONE), file(Role.STATE, 8))).isFalse();
    assertThat(RetentionRule.keeps(over(NONE), file(Role.UPDATE, 9))).isFalse();
  }

  @Test
  void aRunThatGoesOnKeepsWhatItsNextRoundNeeds() {
    Run run = training(spec(NONE));
    assertThat(RetentionRule.keeps(run, file(Role.UPDATE, 9))).isTrue();
    assertThat(RetentionRule.keeps(run, file(Role.STATE, 8))).isTrue();
    assertThat(RetentionRule.keeps(run, file(Role.UPDATE, 7))).isFalse();
  }

  @Test
  void anAsynchronousRunKeepsWhatWaitsAndWhatItWasTrainedFrom() {
    Run run = training(spec(LAST_TWO).withRound(RoundSpec.DEFAULT.withBuffer(BufferSpec.DEFAULT)));
    assertThat(RetentionRule.keeps(run, file(Role.UPDATE, 2))).as("waits").isTrue();
    assertThat(RetentionRule.keeps(run, new Reference(RUN, digest(2), Role.UPDATE, 2, true)))
        .as("was counted")
        .isFalse();
    assertThat(RetentionRule.keeps(run, file(Role.MODEL, 2))).isTrue();
  }
}
