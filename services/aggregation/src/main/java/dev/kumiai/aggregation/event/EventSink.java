package dev.kumiai.aggregation.event;

import java.util.concurrent.CompletableFuture;

/// Takes events to whoever listens.
public interface EventSink {

  /// Sends an event.
  ///
  /// @return completes when it is safe with whoever takes it; fails when that is not known, and the
  ///   event is to be sent again
  CompletableFuture<Void> send(OutboxEvent event);
}
