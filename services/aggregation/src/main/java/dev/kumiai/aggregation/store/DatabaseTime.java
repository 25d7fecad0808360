package dev.kumiai.aggregation.store;

import io.quarkus.arc.DefaultBean;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.persistence.EntityManager;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.jboss.logging.Logger;

/// The time, by the database's clock: replicas whose machines' clocks differ have to agree when a
/// lease runs out or a deadline has passed. It is read now and then and carried on by the machine's
/// stopwatch, so that it costs nothing, goes on while the database is away, and does not see the
/// machine's clock jump. Two replicas differ by less than a round trip to the database.
@Singleton
class DatabaseTime {

  private static final Logger LOG = Logger.getLogger(DatabaseTime.class);

  /// Before anything that starts asks what time it is.
  private static final int FIRST = 100;

  /// A time is the same before and after it was stored.
  private static final Duration DATABASE_PRECISION = Duration.ofNanos(1_000);

  /// @param time of the database
  /// @param nanos of the stopwatch at that time
  private record Reading(Instant time, long nanos) {
    Instant now() {
      return time.plusNanos(System.nanoTime() - nanos);
    }
  }

  private final EntityManager em;
  private volatile Reading newest = new Reading(Instant.now(), System.nanoTime());

  DatabaseTime(EntityManager em) {
    this.em = em;
  }

  @Produces
  @Singleton
  @DefaultBean
  Clock clock() {
    InstantSource source = () -> newest.now();
    return Clock.tick(source.withZone(ZoneOffset.UTC), DATABASE_PRECISION);
  }

  void start(@Observes @Priority(FIRST) StartupEvent event) {
    read();
  }

  @Scheduled(every = "10s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void read() {
    try {
      long asked = System.nanoTime();
      Instant time =
          QuarkusTransaction.requiringNew()
              .call(() -> em.createQuery("select instant", Instant.class).getSingleResult());
      newest = new Reading(time, asked + (System.nanoTime() - asked) / 2);
    } catch (RuntimeException e) {
      LOG.debugf("the database does not tell its time, going on without: %s", e.getMessage());
    }
  }
}
