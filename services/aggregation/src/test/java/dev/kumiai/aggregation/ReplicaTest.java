package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.aggregation.round.ReplicaId;
import dev.kumiai.aggregation.round.RoundClaimStore;
import dev.kumiai.aggregation.run.RunState;
import dev.kumiai.aggregation.run.RunStore;
import dev.kumiai.aggregation.task.Task;
import dev.kumiai.aggregation.task.TaskStore;
import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunView;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What keeps replicas on one database out of each other's way, on either database.
@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class ReplicaTest {

  private static final ReplicaId A = new ReplicaId("a");
  private static final ReplicaId B = new ReplicaId("b");
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant LATER = NOW.plusSeconds(30);

  private final Aggregator aggregator;
  private final MovableClock clock;
  private final RunStore runs;
  private final TaskStore tasks;
  private final RoundClaimStore claims;

  @Inject
  ReplicaTest(
      Aggregator aggregator,
      MovableClock clock,
      RunStore runs,
      TaskStore tasks,
      RoundClaimStore claims) {
    this.aggregator = aggregator;
    this.clock = clock;
    this.runs = runs;
    this.tasks = tasks;
    this.claims = claims;
  }

  @AfterEach
  void endWhatIsLeft() {
    aggregator.close();
  }

  private static <T> T inTransaction(Callable<T> work) {
    return QuarkusTransaction.requiringNew().call(work);
  }

  /// In a transaction beside that of the caller, as another replica's is.
  private static <T> T elsewhere(Callable<T> work) {
    try (ExecutorService other = Executors.newVirtualThreadPerTaskExecutor()) {
      return other.submit(() -> inTransaction(work)).get();
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private RunId waitingRun() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    return aggregator.start(new TinySpec(a));
  }

  @Test
  void aRunThatAnotherTransactionHasIsNotWaitedFor() {
    RunId run = waitingRun();

    boolean got =
        inTransaction(
            () -> {
              assertThat(runs.lock(run)).isPresent();
              return elsewhere(() -> runs.lockIfFree(run).isPresent());
            });

    assertThat(got).isFalse();
    assertThat(inTransaction(() -> runs.lockIfFree(run))).isPresent();
  }

  @Test
  void aStepThatFoundItsRunTakenIsTakenAMomentLater() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a), a);

    inTransaction(
        () -> {
          assertThat(runs.lock(run)).isPresent();
          aggregator.pass(Duration.ZERO);
          return true;
        });
    a.workOnce(TaskKind.TRAIN);

    assertThat(aggregator.awaitEnd(run)).returns(RunPhase.SUCCEEDED, RunView::phase);
  }

  @Test
  void twoWhoAskAtTheSameMomentGetDifferentTasks() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    for (int seed = 0; seed < 2; seed++) {
      RunId run = aggregator.start(new TinySpec(a).seed(seed));
      aggregator.await(run, view -> !view.tasks().isEmpty());
    }

    Task first =
        inTransaction(
            () -> {
              Task got = claimable(a).orElseThrow();
              assertThat(elsewhere(() -> claimable(a)))
                  .hasValueSatisfying(other -> assertThat(other.id()).isNotEqualTo(got.id()));
              return got;
            });

    assertThat(inTransaction(() -> claimable(a)).map(Task::id)).contains(first.id());
  }

  private Optional<Task> claimable(TinySite site) {
    return tasks.lockClaimable(site.id(), Set.of(TaskKind.INITIALIZE), clock.instant());
  }

  @Test
  void oneReplicaClaimsARoundUntilItGivesItUp() {
    RunId run = waitingRun();

    assertThat(claim(run, A, NOW, LATER)).isTrue();
    assertThat(claim(run, A, NOW, LATER)).isTrue();
    assertThat(claim(run, B, NOW, LATER)).isFalse();
    assertThat(inTransaction(() -> claims.claim(run, 2, B, NOW, LATER))).isTrue();

    release(run, B);
    assertThat(claim(run, B, NOW, LATER)).isFalse();
    release(run, A);
    assertThat(claim(run, B, NOW, LATER)).isTrue();
  }

  @Test
  void aDeadReplicasClaimRunsOutAndTheReplicaIsFencedOff() {
    RunId run = waitingRun();
    claim(run, A, NOW, LATER);
    assertThat(inTransaction(() -> claims.renew(run, 1, A, LATER.plusSeconds(1)))).isTrue();

    assertThat(claim(run, B, LATER, LATER.plusSeconds(30))).isFalse();
    assertThat(claim(run, B, LATER.plusSeconds(1), LATER.plusSeconds(31))).isTrue();

    assertThat(inTransaction(() -> claims.renew(run, 1, A, LATER.plusSeconds(60)))).isFalse();
    assertThat(inTransaction(() -> claims.lock(run, 1, A))).isFalse();
    assertThat(inTransaction(() -> claims.lock(run, 1, B))).isTrue();
  }

  private boolean claim(RunId run, ReplicaId replica, Instant now, Instant until) {
    return inTransaction(() -> claims.claim(run, 1, replica, now, until));
  }

  private void release(RunId run, ReplicaId replica) {
    QuarkusTransaction.requiringNew().run(() -> claims.release(run, 1, replica));
  }

  private RunState state(RunId run) {
    return inTransaction(() -> runs.find(run).orElseThrow().state());
  }

  /// The claim of a replica that died stands when the round closes.
  @Test
  void aRoundThatADeadReplicaHadClaimedIsAggregatedWhenItsClaimHasRunOut() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a), a);
    Instant until = clock.instant().plusSeconds(30);
    inTransaction(() -> claims.claim(run, 1, B, clock.instant(), until));

    a.workOnce(TaskKind.TRAIN);
    Aggregator.await(() -> state(run), RunState.Aggregating.class::isInstance);
    aggregator.pass(Duration.ofSeconds(10));
    assertThat(state(run)).isInstanceOf(RunState.Aggregating.class);
    aggregator.pass(Duration.ofSeconds(21));

    assertThat(aggregator.awaitEnd(run)).returns(RunPhase.SUCCEEDED, RunView::phase);
  }
}
