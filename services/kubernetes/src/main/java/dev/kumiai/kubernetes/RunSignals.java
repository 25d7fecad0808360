package dev.kumiai.kubernetes;

import dev.kumiai.core.RunId;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// Passes on that something about a run has changed. What is missed is seen at the next look.
@Singleton
public class RunSignals {

  private final Map<String, Consumer<RunId>> listeners = new ConcurrentHashMap<>();

  /// Called by the aggregator after each change.
  public void changed(RunId run) {
    listeners.values().forEach(listener -> listener.accept(run));
  }

  /// Has a listener called.
  ///
  /// @param name of the listener, whose earlier one is forgotten
  public void listen(String name, Consumer<RunId> listener) {
    listeners.put(name, listener);
  }
}
