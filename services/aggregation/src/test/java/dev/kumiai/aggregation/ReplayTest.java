package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.ledger.RoundReplay;
import dev.kumiai.protocol.ledger.RoundReplay.Outcome;
import dev.kumiai.protocol.run.StrategySpec.Name;
import dev.kumiai.protocol.task.ClaimedTask;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Rounds that are aggregated anew.
@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class ReplayTest {

  private static final int ROUNDS = 3;

  private final Aggregator aggregator;
  private final Tables tables;

  @Inject
  ReplayTest(Aggregator aggregator, Tables tables) {
    this.aggregator = aggregator;
    this.tables = tables;
  }

  @AfterEach
  void endWhatIsLeft() {
    aggregator.close();
  }

  private RunId finishedRun(Name strategy) {
    TinySite a = aggregator.site("a", 3, 1, 1);
    TinySite b = aggregator.site("b", 1, 4, 1);
    RunId run =
        aggregator.startInitialized(
            new TinySpec(b, a).rounds(ROUNDS).strategy(strategy, Map.of()), a);
    for (int round = 1; round <= ROUNDS; round++) {
      List.of(b, a).forEach(site -> site.workOnce(TaskKind.TRAIN));
    }
    aggregator.awaitEnd(run);
    return run;
  }

  private RoundReplay replay(RunId run, int round) {
    return aggregator.client().replay(run, round, 0);
  }

  @ParameterizedTest
  @EnumSource(names = {"FEDAVG", "FEDAVGM", "FEDADAM", "CENTERED_CLIPPING", "FEDNOVA"})
  void everyRoundComesOutTheSameToTheLastBit(Name strategy) {
    RunId run = finishedRun(strategy);

    for (int round = 1; round <= ROUNDS; round++) {
      RoundReplay replay = replay(run, round);
      assertThat(replay.outcome()).as(replay.toString()).isEqualTo(Outcome.SAME);
      assertThat(replay.recomputed()).isEqualTo(aggregator.client().rounds(run).get(round).model());
      assertThat(replay.sites()).hasSize(2).isSorted();
    }
    aggregator.awaitNoTemporaryFiles();
  }

  @Test
  void asynchronousRoundsComeOutTheSameWithTheirStaleUpdates() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite slow = aggregator.site("slow", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a, slow).rounds(3).buffer(1, 100), a);
    ClaimedTask first = slow.claim(TaskKind.TRAIN);
    for (int round = 1; round <= 2; round++) {
      a.workOnce(TaskKind.TRAIN);
    }
    a.claim(TaskKind.TRAIN);
    slow.answer(first);
    aggregator.awaitEnd(run);

    assertThat(List.of(1, 2, 3))
        .extracting(round -> replay(run, round))
        .allSatisfy(replay -> assertThat(replay.outcome()).isEqualTo(Outcome.SAME));
    assertThat(replay(run, 3).sites()).containsExactly(slow.id());
  }

  @Test
  void roundsThatWereDoneAgainAndThoseTheyWereDoneInsteadOfComeOutTheSame() {
    TinySite a = aggregator.site("a", 3, 1, 1);
    RunId run =
        aggregator.startInitialized(new TinySpec(a).rounds(2).strategy(Name.FEDAVGM, Map.of()), a);
    a.workOnce(TaskKind.TRAIN);
    a.workOnce(TaskKind.TRAIN);
    aggregator.awaitEnd(run);

    aggregator.client().retry(run, 2);
    a.workOnce(TaskKind.TRAIN);
    aggregator.awaitEnd(run);

    assertThat(replay(run, 1).outcome()).isEqualTo(Outcome.SAME);
    assertThat(replay(run, 2).outcome()).isEqualTo(Outcome.SAME);
    assertThat(aggregator.client().replay(run, 2, 1).outcome()).isEqualTo(Outcome.SAME);
  }

  @Test
  void aChangedUpdateMakesItsRoundDifferentAndNoOther() throws IOException {
    RunId run = finishedRun(Name.FEDAVG);
    Path update = aggregator.fileOf(update(run, 2));
    byte[] bytes = Files.readAllBytes(update);
    byte[] changed = bytes.clone();
    changed[changed.length - 2] ^= 1;

    Files.write(update, changed);

    assertThat(replay(run, 1).outcome()).isEqualTo(Outcome.SAME);
    assertThat(replay(run, 2).outcome()).isEqualTo(Outcome.DIFFERENT);
    assertThat(replay(run, 3).outcome()).isEqualTo(Outcome.SAME);
    Files.write(update, bytes);
  }

  @Test
  void aChangedStateMakesTheRoundAfterItDifferent() throws IOException {
    RunId run = finishedRun(Name.FEDAVGM);
    Digest digest =
        new Digest(
            tables
                .query(
                    "select digest from run_round_state where run = ? and round = 1", run.value())
                .getFirst()
                .getFirst());
    Path state = aggregator.fileOf(digest);
    byte[] bytes = Files.readAllBytes(state);
    byte[] changed = bytes.clone();
    changed[changed.length - 2] ^= 1;

    Files.write(state, changed);

    RoundReplay replay = replay(run, 2);
    assertThat(replay.outcome()).isEqualTo(Outcome.DIFFERENT);
    assertThat(replay.differentStates()).hasSize(1);
    assertThat(replay(run, 1).outcome()).isEqualTo(Outcome.SAME);
    Files.write(state, bytes);
  }

  @Test
  void whatIsNoLongerKeptIsNamed() throws IOException {
    RunId run = finishedRun(Name.FEDAVG);
    Digest gone = update(run, 2);

    Files.delete(aggregator.fileOf(gone));

    RoundReplay replay = replay(run, 2);
    assertThat(replay.outcome()).isEqualTo(Outcome.IMPOSSIBLE);
    assertThat(replay.problems())
        .singleElement()
        .asString()
        .startsWith("the update of ")
        .contains(gone.toString());
  }

  @Test
  void whatWasNotAggregatedCannotBeReplayed() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a), a);

    for (int round : List.of(-1, 0, 1, 2)) {
      assertThatThrownBy(() -> replay(run, round))
          .isInstanceOf(KumiaiException.NotFound.class)
          .extracting("code")
          .isEqualTo("round-not-aggregated");
    }
  }

  /// The update of the first site.
  private Digest update(RunId run, int round) {
    return new Digest(
        tables
            .query(
                "select weights from task where run = ? and kind = 'TRAIN' and round = ? order by site",
                run.value(),
                round)
            .getFirst()
            .getFirst());
  }
}
