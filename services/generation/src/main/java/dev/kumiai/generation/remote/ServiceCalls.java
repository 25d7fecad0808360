package dev.kumiai.generation.remote;

import dev.kumiai.core.KumiaiException;
import io.smallrye.faulttolerance.api.CustomBackoffStrategy;
import io.smallrye.faulttolerance.api.Guard;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;

/// Calls of one service, by many threads: paced, tried again when what failed may pass, and stopped
/// when everything fails.
///
/// The wait before try n + 1 is drawn evenly from 0 to `min(most, first 2^(n-1))`, "full jitter"
/// (Brooker 2015, "Exponential Backoff and Jitter", AWS Architecture Blog); where the service says
/// how long it wants to be left alone, from there to twice `first` longer. After as many failures
/// in a row as two calls make, calls are refused at once until a while has passed and one goes
/// through.
public final class ServiceCalls {

  /// Waits between tries.
  ///
  /// @param first bound of the first one
  /// @param most bound of all, but for what the service itself asks for
  /// @param longestPause that is waited for when the service asks for it
  /// @param rest of a service that fails all the time
  public record Waits(Duration first, Duration most, Duration longestPause, Duration rest) {

    public static final Waits DEFAULT =
        new Waits(
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            Duration.ofMinutes(5),
            Duration.ofMinutes(1));
  }

  private static final int MOST_DOUBLINGS = 20;
  private static final int CALLS_TO_OPEN = 2;

  private final String service;
  private final Waits waits;
  private final Pacer pacer;
  private final Guard guard;

  /// @param service as people know it, such as `remote:studio`
  /// @param spacing between two requests; zero for none
  /// @param attempts tries of one call
  public ServiceCalls(String service, Duration spacing, int attempts, Waits waits) {
    this.service = service;
    this.waits = waits;
    this.pacer = new Pacer(spacing);
    this.guard =
        Guard.create()
            .withRetry()
            .maxRetries(attempts - 1)
            .maxDuration(1, ChronoUnit.DAYS)
            .whenException(this::mayPass)
            .withCustomBackoff()
            .strategy(Growing::new)
            .done()
            .done()
            .withCircuitBreaker()
            .when(Passing.class::isInstance)
            .requestVolumeThreshold(CALLS_TO_OPEN * attempts)
            .failureRatio(1)
            .delay(waits.rest().toMillis(), ChronoUnit.MILLIS)
            .done()
            .build();
  }

  /// The time between two requests at so many a minute.
  public static Duration spacing(int requestsPerMinute) {
    return Duration.ofMinutes(1).dividedBy(requestsPerMinute);
  }

  /// Calls until there is an answer.
  ///
  /// @param attempt one try; throws [Passing] for what may pass, and anything else for what will
  ///   not
  /// @throws KumiaiException.Unavailable of the last try, or `service-resting`
  /// @throws KumiaiException.Cancelled when the thread is interrupted; it stays interrupted
  public <T> T call(Class<T> type, Callable<T> attempt) {
    try {
      return guard.call(
          () -> {
            pacer.await();
            return attempt.call();
          },
          type);
    } catch (Passing e) {
      throw e.failure();
    } catch (CircuitBreakerOpenException e) {
      throw new KumiaiException.Unavailable(
          "service-resting",
          "%s has failed many times in a row and is left alone for %d s: see whether it is up"
              .formatted(service, waits.rest().toSeconds()),
          e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new KumiaiException.Cancelled("stopped while waiting for " + service);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /// Keeps what the service asks for in mind for all callers, whether this one goes on or not.
  private boolean mayPass(Throwable failure) {
    if (!(failure instanceof Passing passing)) {
      return false;
    }
    Duration pause = passing.pause();
    if (pause == null) {
      return true;
    }
    boolean bearable = pause.compareTo(waits.longestPause()) <= 0;
    pacer.pause(bearable ? pause : waits.longestPause());
    return bearable;
  }

  /// The waits of one call.
  private final class Growing implements CustomBackoffStrategy {
    private int failures;

    @Override
    public long nextDelayInMillis(Throwable failure) {
      Duration bound = waits.first().multipliedBy(1L << Math.min(failures++, MOST_DOUBLINGS));
      Duration asked = failure instanceof Passing passing ? passing.pause() : null;
      if (asked != null) {
        return asked.toMillis() + upTo(waits.first().multipliedBy(2));
      }
      return upTo(bound.compareTo(waits.most()) < 0 ? bound : waits.most());
    }

    private static long upTo(Duration bound) {
      return ThreadLocalRandom.current().nextLong(bound.toMillis() + 1);
    }
  }
}
