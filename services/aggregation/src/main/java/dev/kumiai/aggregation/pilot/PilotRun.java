package dev.kumiai.aggregation.pilot;

import dev.kumiai.core.RunId;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A run that a pilot has started.
///
/// @param planned what it is in the pilot
/// @param drift of the sites by round, where updates for it are kept; null until the run is over
///   and somebody has looked
public record PilotRun(PlannedRun planned, RunId run, @Nullable SortedMap<Integer, Double> drift) {

  public PilotRun {
    drift = drift == null ? null : Collections.unmodifiableSortedMap(new TreeMap<>(drift));
  }

  PilotRun drifted(SortedMap<Integer, Double> by) {
    return new PilotRun(planned, run, by);
  }
}
