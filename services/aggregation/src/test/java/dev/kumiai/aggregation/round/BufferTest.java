package dev.kumiai.aggregation.round;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunState;
import dev.kumiai.aggregation.task.Task;
import dev.kumiai.aggregation.task.TaskResult;
import dev.kumiai.aggregation.task.TaskState;
import dev.kumiai.core.Digest;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.run.BufferSpec;
import dev.kumiai.protocol.run.DataSpec;
import dev.kumiai.protocol.run.ModelSpec;
import dev.kumiai.protocol.run.RoundSpec;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.run.TrainingSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class BufferTest {

  private static final int ROUND = 4;
  private static final int DEADLINE_SECONDS = 60;
  private static final Instant SINCE = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant BEFORE = SINCE.plusSeconds(DEADLINE_SECONDS - 1);
  private static final Instant AFTER = SINCE.plusSeconds(DEADLINE_SECONDS);
  private static final Digest ANY = Digest.of(new byte[0]);
  private static final RunId RUN = RunId.random();

  private static Task task(String site, int round, TaskState state) {
    return Task.pending(RUN, 0, new SiteId(site), TaskKind.TRAIN, round, SINCE).in(state);
  }

  private static Task arrived(String site) {
    return task(
        site,
        ROUND,
        new TaskState.Succeeded(1, SINCE, SINCE, null, new TaskResult.FirstWeights(ANY)));
  }

  private static Task out(String site, int round) {
    return task(site, round, new TaskState.Claimed(1, SINCE, AFTER, 0, "", null));
  }

  private static Task failed(String site) {
    return task(site, ROUND, new TaskState.Failed(3, SINCE, SINCE, "broken: x"));
  }

  /// Under a buffer of two.
  private static Buffer.Outcome outcome(Buffer buffer, double quorum, Instant now) {
    RunSpec spec =
        new RunSpec(
            "run",
            1,
            new DataSpec("set", List.of("ok"), 32, 1, 0),
            new ModelSpec(ModelSpec.Architecture.CNN, null, null),
            List.of(new SiteId("a"), new SiteId("b"), new SiteId("c")),
            9,
            TrainingSpec.DEFAULT,
            new StrategySpec(StrategySpec.Name.FEDBUFF, StrategySpec.Weighting.ALL, Map.of()),
            null,
            new RoundSpec(quorum, DEADLINE_SECONDS, 3, 30, new BufferSpec(2, 100)),
            null,
            null);
    RunState.Training training = new RunState.Training(ROUND, ANY, SINCE);
    return buffer.outcome(new Run(RUN, spec, SINCE, 0, training), training, now);
  }

  @Test
  void isClosedByTheFirstThatFillIt() {
    Task c = arrived("c");
    Task a = arrived("a");
    Buffer buffer = new Buffer(List.of(c, a, arrived("b")), List.of(), List.of());

    assertThat(outcome(buffer, 1, BEFORE)).isEqualTo(new Buffer.Outcome.Closed(List.of(c, a)));
  }

  @Test
  void staysOpenWhileSomebodyMayFillIt() {
    Buffer buffer = new Buffer(List.of(arrived("a")), List.of(out("b", ROUND)), List.of());

    assertThat(outcome(buffer, 0.5, BEFORE)).isInstanceOf(Buffer.Outcome.Open.class);
  }

  @Test
  void isClosedByTheQuorumAtTheDeadlineOrWhenNobodyIsLeft() {
    Task a = arrived("a");
    Buffer late = new Buffer(List.of(a), List.of(out("b", ROUND)), List.of());
    Buffer alone = new Buffer(List.of(a), List.of(), List.of(failed("b")));

    assertThat(outcome(late, 0.5, AFTER)).isEqualTo(new Buffer.Outcome.Closed(List.of(a)));
    assertThat(outcome(alone, 0.5, BEFORE)).isEqualTo(new Buffer.Outcome.Closed(List.of(a)));
  }

  @Test
  void isMissedBelowTheQuorumAtTheDeadlineOrWhenTooFewAreLeft() {
    Buffer late = new Buffer(List.of(arrived("a")), List.of(out("b", ROUND)), List.of());
    Buffer alone = new Buffer(List.of(arrived("a")), List.of(), List.of(failed("b")));

    assertThat(outcome(late, 1, AFTER))
        .asInstanceOf(InstanceOfAssertFactories.type(Buffer.Outcome.Missed.class))
        .extracting(Buffer.Outcome.Missed::reason)
        .asString()
        .startsWith("the buffer of round 4 got 1 of the 2 updates it needs within 60 s: site 'b'");
    assertThat(outcome(alone, 1, BEFORE)).isInstanceOf(Buffer.Outcome.Missed.class);
  }

  @Test
  void aSiteAtAnOlderModelMayStillSendTwoUpdates() {
    Buffer older = new Buffer(List.of(), List.of(out("a", ROUND - 1)), List.of(failed("b")));
    Buffer present = new Buffer(List.of(), List.of(out("a", ROUND)), List.of(failed("b")));

    assertThat(outcome(older, 1, BEFORE)).isInstanceOf(Buffer.Outcome.Open.class);
    assertThat(outcome(present, 1, BEFORE)).isInstanceOf(Buffer.Outcome.Missed.class);
  }
}
