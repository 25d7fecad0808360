package dev.kumiai.aggregation.run;

/// Tells a database that is away from everything else that can go wrong.
public interface Outage {

  /// Whether the same call may succeed once the database is back.
  boolean is(Throwable error);

  /// Whether its disk is full: the same call may succeed once there is room.
  boolean isFull(Throwable error);
}
