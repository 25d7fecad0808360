package dev.kumiai.aggregation.event;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// One sending of several events.
///
/// The events of one chain go one after the other, each when the one before is acknowledged, those
/// of several chains side by side. So an event never overtakes one of its chain, not even when
/// sending fails in between.
final class Delivery {

  private final EventSink sink;
  private volatile boolean abandoned;

  private Delivery(EventSink sink) {
    this.sink = sink;
  }

  /// What became of it.
  ///
  /// @param acknowledged how many of the events were, counted from the first up to one that was not
  /// @param failure why not all of them were; null when they were
  record Result(int acknowledged, @Nullable String failure) {}

  /// Sends events in their order and waits until all are acknowledged, one failed, or the time is
  /// over. What was not sent by then is not sent.
  static Result send(List<Placed> events, EventSink sink, Duration timeout) {
    return new Delivery(sink).send(events, timeout);
  }

  private Result send(List<Placed> events, Duration timeout) {
    long end = System.nanoTime() + timeout.toNanos();
    List<CompletableFuture<Void>> acknowledgements = start(events);
    for (int i = 0; i < acknowledgements.size(); i++) {
      String failure = failure(acknowledgements.get(i), end - System.nanoTime());
      if (failure != null) {
        abandoned = true;
        return new Result(i, failure);
      }
    }
    return new Result(acknowledgements.size(), null);
  }

  private List<CompletableFuture<Void>> start(List<Placed> events) {
    Map<String, CompletableFuture<Void>> newest = new HashMap<>();
    List<CompletableFuture<Void>> acknowledgements = new ArrayList<>();
    for (Placed placed : events) {
      OutboxEvent event = placed.event();
      CompletableFuture<Void> before =
          newest.getOrDefault(event.id().chain(), CompletableFuture.completedFuture(null));
      CompletableFuture<Void> acknowledged = before.thenCompose(_ -> send(event));
      newest.put(event.id().chain(), acknowledged);
      acknowledgements.add(acknowledged);
    }
    return acknowledgements;
  }

  private CompletableFuture<Void> send(OutboxEvent event) {
    return abandoned
        ? CompletableFuture.failedFuture(new CancellationException("not sent"))
        : sink.send(event);
  }

  private static @Nullable String failure(CompletableFuture<Void> acknowledged, long nanos) {
    try {
      acknowledged.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
      return null;
    } catch (ExecutionException e) {
      return String.valueOf(e.getCause());
    } catch (TimeoutException e) {
      return "no acknowledgement in time";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "stopping";
    }
  }
}
