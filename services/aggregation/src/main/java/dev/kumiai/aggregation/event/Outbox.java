package dev.kumiai.aggregation.event;

import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/// Keeps events. Every call belongs to a transaction of the caller.
///
/// An event is added in the transaction of what it tells. Once that is committed the event is given
/// a place, and in the order of places it is sent. Within a chain the order is that of the numbers.
public interface Outbox {

  void add(OutboxEvent event);

  /// Gives the next places to events that have none, one caller at a time.
  ///
  /// @return how many got one
  int givePlaces(int most);

  /// Lets nobody else send from the channel until the transaction ends.
  ///
  /// @return the last place that was sent; empty when somebody else sends
  OptionalLong lock(EventChannel channel);

  /// Notes that all up to this place were sent; by whoever holds the lock.
  void sent(EventChannel channel, long place);

  /// Those of a channel after a place, in order.
  List<Placed> after(EventChannel channel, long place, int most);

  /// The place of an event; empty when there is none, or not any more.
  OptionalLong place(EventChannel channel, EventId id);

  /// The last place that was given.
  long lastPlace();

  /// Those of a chain after a number, in order, with a place or not yet.
  List<OutboxEvent> of(EventChannel channel, String chain, long number, int most);

  /// Whether the event is there.
  boolean has(EventChannel channel, EventId id);

  /// Forgets what was sent and happened before.
  ///
  /// @return how many
  int forget(Instant before);

  Backlog backlog(EventChannel channel);
}
