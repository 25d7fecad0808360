package dev.kumiai.aggregation.event;

import dev.kumiai.aggregation.config.EventConfig;
import dev.kumiai.protocol.client.Backoff;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Sends events, in order, at least once, each channel by one aggregator at a time. A thread of its
/// own for each channel does it, so that nothing else ever waits for a broker: while that is away
/// the aggregator goes on and its outbox grows.
@Singleton
public class PublishEvents {

  private static final Logger LOG = Logger.getLogger(PublishEvents.class);
  private static final Duration FORGET_EVERY = Duration.ofMinutes(1);

  private final SendEvents sendEvents;
  private final EventBell bell;
  private final EventConfig config;
  private final Clock clock;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopping;

  PublishEvents(SendEvents sendEvents, EventBell bell, EventConfig config, Clock clock) {
    this.sendEvents = sendEvents;
    this.bell = bell;
    this.config = config;
    this.clock = clock;
  }

  void start(@Observes StartupEvent event) {
    for (EventChannel channel : EventChannel.values()) {
      threads.add(
          Thread.ofPlatform()
              .name("events-" + channel.channel())
              .daemon()
              .start(() -> work(channel)));
    }
  }

  /// What is being sent is given time to be acknowledged: interrupted, it would be sent again.
  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    stopping = true;
    bell.ring();
    for (Thread thread : threads) {
      thread.join(config.sendTimeout());
    }
  }

  private void work(EventChannel channel) {
    Backoff backoff =
        new Backoff(config.retryDelay(), max(config.retryDelay(), config.maxRetryDelay()));
    int failures = 0;
    try {
      while (!stopping) {
        long heard = bell.rings();
        SendEvents.Pass pass = pass(channel);
        if (pass.failure() == null) {
          failures = 0;
          if (!pass.more()) {
            bell.await(heard, config.poll().toNanos());
            pause(config.linger());
          }
        } else {
          failures++;
          Duration pause = backoff.after(failures, ThreadLocalRandom.current());
          LOG.warnf(
              "events wait, tried again in %d ms channel=%s failures=%d: %s",
              pause.toMillis(), channel.channel(), failures, pass.failure());
          pause(pause);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Duration max(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private SendEvents.Pass pass(EventChannel channel) {
    try {
      if (sendEvents.givePlaces() > 0) {
        bell.ring();
      }
      SendEvents.Pass pass = sendEvents.send(channel);
      forget(channel);
      return pass;
    } catch (RuntimeException e) {
      LOG.debug("sending events failed", e);
      return new SendEvents.Pass(false, String.valueOf(e.getMessage()));
    }
  }

  private @Nullable Long forgotten;

  /// One of the threads does it, now and then.
  private void forget(EventChannel channel) {
    long now = System.nanoTime();
    if (channel == EventChannel.RUN_EVENTS
        && (forgotten == null || now - forgotten >= FORGET_EVERY.toNanos())) {
      forgotten = now;
      int events = sendEvents.forget(clock.instant().minus(config.retention()));
      if (events > 0) {
        LOG.infof("events forgotten, sent and older than the retention events=%d", events);
      }
    }
  }

  /// A bell does not end it, only the end of the process.
  private void pause(Duration pause) throws InterruptedException {
    long end = System.nanoTime() + pause.toNanos();
    while (!stopping && System.nanoTime() < end) {
      bell.await(bell.rings(), end - System.nanoTime());
    }
  }
}
