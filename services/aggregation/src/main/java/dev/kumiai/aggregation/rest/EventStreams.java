package dev.kumiai.aggregation.rest;

import dev.kumiai.aggregation.config.EventConfig;
import dev.kumiai.aggregation.event.CloudEvents;
import dev.kumiai.aggregation.event.EventBell;
import dev.kumiai.aggregation.event.EventLog;
import dev.kumiai.aggregation.event.OutboxEvent;
import dev.kumiai.core.KumiaiException;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/// Streams events to whoever reads them over HTTP, as Server-Sent Events. A stream holds a parked
/// virtual thread and a cursor, and reads what it sends from the database: it may be served by any
/// replica, however slow the reader is.
@Singleton
class EventStreams {

  private static final Logger LOG = Logger.getLogger(EventStreams.class);

  /// A comment now and then tells both sides, and what stands between them, that all is well.
  private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(15);

  private final EventLog log;
  private final EventBell bell;
  private final CloudEvents cloudEvents;
  private final EventConfig config;
  private final Semaphore free;
  private volatile boolean stopping;

  EventStreams(EventLog log, EventBell bell, CloudEvents cloudEvents, EventConfig config) {
    this.log = log;
    this.bell = bell;
    this.cloudEvents = cloudEvents;
    this.config = config;
    this.free = new Semaphore(config.maxStreams());
  }

  /// Readers go on at another replica, or here when it is back.
  void onStop(@Observes ShutdownDelayInitiatedEvent event) {
    stopping = true;
  }

  /// Sends events until the reader goes.
  ///
  /// @throws KumiaiException.Unavailable `too-many-streams`
  void stream(EventLog.Cursor from, SseEventSink sink, Sse sse) {
    if (!free.tryAcquire()) {
      throw new KumiaiException.Unavailable(
          "too-many-streams",
          "%d readers of events are here already (kumiai.events.max-streams): try again later"
              .formatted(config.maxStreams()),
          null);
    }
    try (sink) {
      follow(from, sink, sse);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (CompletionException | IllegalStateException e) {
      LOG.debugf("a reader of events went away: %s", e.getMessage());
    } finally {
      free.release();
    }
  }

  private void follow(EventLog.Cursor from, SseEventSink sink, Sse sse)
      throws InterruptedException {
    EventLog.Cursor cursor = from;
    send(sink, sse.newEventBuilder().comment("events follow").build());
    long silentSince = System.nanoTime();
    while (!sink.isClosed() && !stopping) {
      long heard = bell.rings();
      EventLog.Page page = log.next(cursor);
      for (OutboxEvent event : page.events()) {
        send(sink, sse(event, sse));
        silentSince = System.nanoTime();
      }
      cursor = page.next();
      if (page.events().isEmpty()) {
        if (System.nanoTime() - silentSince > SIGN_OF_LIFE.toNanos()) {
          send(sink, sse.newEventBuilder().comment("").build());
          silentSince = System.nanoTime();
        }
        bell.await(heard, config.poll().toNanos());
      }
    }
  }

  /// Waits until it is written, so that a slow reader costs nothing but its own time.
  private static void send(SseEventSink sink, OutboundSseEvent event) {
    sink.send(event).toCompletableFuture().join();
  }

  private OutboundSseEvent sse(OutboxEvent event, Sse sse) {
    return sse.newEventBuilder()
        .id(event.id().toString())
        .name(event.type().type())
        .mediaType(MediaType.TEXT_PLAIN_TYPE)
        .data(String.class, cloudEvents.json(event))
        .build();
  }
}
