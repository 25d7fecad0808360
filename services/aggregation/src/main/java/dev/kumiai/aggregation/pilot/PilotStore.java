package dev.kumiai.aggregation.pilot;

import dev.kumiai.core.PilotId;
import java.util.List;
import java.util.Optional;

/// Keeps pilots. Every call belongs to a transaction of the caller.
public interface PilotStore {

  void add(Pilot pilot);

  Optional<Pilot> find(PilotId pilot);

  /// Reads a pilot and lets nobody else change it until the transaction ends.
  Optional<Pilot> lock(PilotId pilot);

  /// Like [#lock], but waits for nobody: empty while another transaction has the pilot, and when
  /// there is no such pilot.
  Optional<Pilot> lockIfFree(PilotId pilot);

  /// Keeps the state.
  void save(Pilot pilot);

  /// Newest first.
  List<Pilot> newest(int limit);

  /// Those that go on, the oldest first.
  List<PilotId> running();

  void addRun(PilotId pilot, PilotRun run);

  /// Keeps the drift of a run.
  void saveRun(PilotId pilot, PilotRun run);

  /// Those that were started, the first one first.
  List<PilotRun> runs(PilotId pilot);
}
