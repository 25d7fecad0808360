package dev.kumiai.aggregation.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Digest;
import dev.kumiai.core.TaskKind;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What may follow what. What may not does not compile, so nothing here tests it.
class RunStateTest {

  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant T1 = T0.plusSeconds(1);
  private static final Digest FIRST = Digest.of(new byte[] {1});
  private static final Digest SECOND = Digest.of(new byte[] {2});

  @Test
  void firstWeightsLeadToGenerationOrStraightToRoundOne() {
    RunState.Initializing initializing = new RunState.Initializing(T0);

    assertThat(initializing.generate(FIRST, T1)).isEqualTo(new RunState.Generating(FIRST, T1));
    assertThat(initializing.generate(FIRST, T1).train(T1))
        .isEqualTo(initializing.train(FIRST, T1))
        .isEqualTo(new RunState.Training(1, FIRST, T1));
  }

  @Test
  void closingARoundKeepsTheModelThatWasTrainedUntilTheNextIsThere() {
    RunState.Aggregating closed = new RunState.Training(3, FIRST, T0).close(T1);

    assertThat(closed).isEqualTo(new RunState.Aggregating(3, FIRST, T1));
    assertThat(closed.evaluate(SECOND, T1)).isEqualTo(new RunState.Evaluating(3, SECOND, T1));
    assertThat(closed.train(SECOND, T1)).isEqualTo(new RunState.Training(4, SECOND, T1));
    assertThat(closed.succeed(SECOND, T1)).isEqualTo(new RunState.Succeeded(3, SECOND, T1));
  }

  @Test
  void measuringARoundLeadsToTheNextOrToTheEnd() {
    RunState.Evaluating evaluating = new RunState.Evaluating(3, SECOND, T0);

    assertThat(evaluating.train(T1)).isEqualTo(new RunState.Training(4, SECOND, T1));
    assertThat(evaluating.succeed(T1)).isEqualTo(new RunState.Succeeded(3, SECOND, T1));
  }

  @Test
  void whateverGoesOnCanFailOrBeCancelledAndKeepsRoundAndModel() {
    RunState.Active training = new RunState.Training(3, FIRST, T0);
    RunState.Active initializing = new RunState.Initializing(T0);

    assertThat(training.fail("why", T1)).isEqualTo(new RunState.Failed(3, FIRST, "why", T1));
    assertThat(initializing.cancel("why", T1))
        .isEqualTo(new RunState.Cancelled(0, null, "why", T1));
  }

  @Test
  void whateverGoesOnCanBePutOnHoldAndGoesOnFromThereWithANewDeadline() {
    RunState.Suspended held = new RunState.Training(3, FIRST, T0).suspend("why", T0);

    assertThat(held.round()).isEqualTo(3);
    assertThat(held.model()).isEqualTo(FIRST);
    assertThat(held.resume(T1)).isEqualTo(new RunState.Training(3, FIRST, T1));
    assertThat(held.cancel("why", T1)).isEqualTo(new RunState.Cancelled(3, FIRST, "why", T1));
  }

  @Test
  void manualRoundsWaitBetweenRoundsForTheNext() {
    RunState.Ready ready = new RunState.Ready(3, SECOND, T1);

    assertThat(new RunState.Initializing(T0).ready(FIRST, T1))
        .isEqualTo(new RunState.Generating(FIRST, T0).ready(T1))
        .isEqualTo(new RunState.Ready(0, FIRST, T1));
    assertThat(new RunState.Aggregating(3, FIRST, T0).ready(SECOND, T1))
        .isEqualTo(new RunState.Evaluating(3, SECOND, T0).ready(T1))
        .isEqualTo(ready);
    assertThat(ready.next()).isEqualTo(4);
    assertThat(ready.train(T1)).isEqualTo(new RunState.Training(4, SECOND, T1));
    assertThat(ready.suspend("why", T1).resume(T1)).isEqualTo(ready);
  }

  @Test
  void whateverRestsCanBeSentBack() {
    RunState.Training training = new RunState.Training(3, SECOND, T0);
    List<RunState.Resting> resting =
        List.of(
            training.suspend("why", T0),
            training.fail("why", T0),
            training.cancel("why", T0),
            new RunState.Succeeded(3, SECOND, T0));

    assertThat(resting)
        .allSatisfy(
            state -> {
              assertThat(state.retry(2, FIRST, T1)).isEqualTo(new RunState.Training(2, FIRST, T1));
              assertThat(state.restart(T1)).isEqualTo(new RunState.Initializing(T1));
            });
  }

  @Test
  void everyWaitingStateHandsOutItsKindOfTask() {
    assertThat(new RunState.Initializing(T0).kind()).isEqualTo(TaskKind.INITIALIZE);
    assertThat(new RunState.Generating(FIRST, T0).kind()).isEqualTo(TaskKind.GENERATE);
    assertThat(new RunState.Training(1, FIRST, T0).kind()).isEqualTo(TaskKind.TRAIN);
    assertThat(new RunState.Evaluating(1, FIRST, T0).kind()).isEqualTo(TaskKind.EVALUATE);
  }
}
