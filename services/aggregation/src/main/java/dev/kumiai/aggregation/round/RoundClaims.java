package dev.kumiai.aggregation.round;

import dev.kumiai.aggregation.config.AggregationConfig;
import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunStore;
import dev.kumiai.core.RunId;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// Lets one of several replicas aggregate a round, by a claim in the database that is renewed while
/// it works. That of a replica that died runs out. A replica that was only thought dead may end its
/// work all the same: it would get the same bytes, and what it wants to record is refused, because
/// the claim is another's by then.
@Singleton
class RoundClaims {

  private static final Logger LOG = Logger.getLogger(RoundClaims.class);
  private static final int RENEWALS_PER_LEASE = 3;

  private final RoundClaimStore store;
  private final RunStore runs;
  private final Clock clock;
  private final Duration lease;
  private final ReplicaId me = ReplicaId.random();
  private final ScheduledExecutorService renewing =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("round-claims").daemon().factory());

  RoundClaims(RoundClaimStore store, RunStore runs, Clock clock, AggregationConfig config) {
    this.store = store;
    this.runs = runs;
    this.clock = clock;
    this.lease = config.lease();
  }

  @PreDestroy
  void stop() {
    renewing.shutdownNow();
  }

  /// A round that this replica aggregates. Closing it stops the renewal and gives the claim up.
  final class Claim implements AutoCloseable {
    private final RunId run;
    private final int round;
    private final Future<?> renewal;

    private Claim(RunId run, int round) {
      this.run = run;
      this.round = round;
      long pause = lease.toMillis() / RENEWALS_PER_LEASE;
      this.renewal =
          renewing.scheduleWithFixedDelay(this::renew, pause, pause, TimeUnit.MILLISECONDS);
    }

    private void renew() {
      try {
        boolean mine =
            QuarkusTransaction.requiringNew()
                .call(() -> store.renew(run, round, me, clock.instant().plus(lease)));
        if (!mine) {
          // Recorded already, or another replica's: then the recording will be refused, and tell.
          LOG.debugf("claim is gone run=%s round=%d", run, round);
          renewal.cancel(false);
        }
      } catch (RuntimeException e) {
        LOG.warnf("claim not renewed run=%s round=%d error=%s", run, round, e.getMessage());
      }
    }

    @Override
    public void close() {
      renewal.cancel(false);
      try {
        QuarkusTransaction.requiringNew().run(() -> store.release(run, round, me));
      } catch (RuntimeException e) {
        LOG.warnf("claim runs out by itself run=%s round=%d error=%s", run, round, e.getMessage());
      }
    }
  }

  /// Claims a round; empty when another replica aggregates it, or somebody has done so since.
  Optional<Claim> claim(RunSteps.Next.Aggregate next) {
    RunId run = next.run().id();
    int round = next.state().round();
    if (!QuarkusTransaction.requiringNew().call(() -> claimWanted(next))) {
      return Optional.empty();
    }
    LOG.infof("round claimed run=%s round=%d replica=%s", run, round, me);
    return Optional.of(new Claim(run, round));
  }

  /// Looks at the run after it has the claim: who had it before recorded the result and gave the
  /// claim up in one transaction.
  private boolean claimWanted(RunSteps.Next.Aggregate next) {
    RunId run = next.run().id();
    int round = next.state().round();
    var now = clock.instant();
    if (!store.claim(run, round, me, now, now.plus(lease))) {
      return false;
    }
    boolean wanted = runs.find(run).map(Run::state).filter(next.state()::equals).isPresent();
    if (!wanted) {
      store.release(run, round, me);
    }
    return wanted;
  }

  /// To be called in the transaction that records what came of a round.
  ///
  /// @return whether this replica may; its claim ends with the transaction
  boolean end(RunId run, int round) {
    boolean mine = store.lock(run, round, me);
    if (mine) {
      store.release(run, round, me);
    } else {
      LOG.warnf("result not recorded, another replica has the round run=%s round=%d", run, round);
    }
    return mine;
  }
}
