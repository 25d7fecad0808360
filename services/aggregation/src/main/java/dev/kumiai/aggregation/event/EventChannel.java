package dev.kumiai.aggregation.event;

import java.util.Arrays;

/// Where events go.
public enum EventChannel {
  /// What happens in runs.
  RUN_EVENTS("run-events"),
  /// Who did what.
  AUDIT("audit");

  private final String channel;

  EventChannel(String channel) {
    this.channel = channel;
  }

  /// Its name in configuration, and that of its topic unless told otherwise.
  public String channel() {
    return channel;
  }

  public static EventChannel of(String name) {
    return Arrays.stream(values())
        .filter(known -> known.channel.equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no channel " + name));
  }
}
