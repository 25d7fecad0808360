package dev.kumiai.aggregation.pilot;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.PilotId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;

/// Looks pilots up.
@ApplicationScoped
public class Pilots {

  private static final int MOST_LISTED = 1_000;

  private final PilotStore store;

  Pilots(PilotStore store) {
    this.store = store;
  }

  @Transactional
  public Pilot get(PilotId pilot) {
    return store.find(pilot).orElseThrow(() -> unknown(pilot));
  }

  /// The newest, newest first.
  @Transactional
  public List<Pilot> newest() {
    return store.newest(MOST_LISTED);
  }

  /// The runs that a pilot has started, the first one first.
  @Transactional
  public List<PilotRun> runs(PilotId pilot) {
    return store.runs(pilot);
  }

  /// The refusal of an id that no pilot has.
  static KumiaiException unknown(PilotId pilot) {
    return new KumiaiException.NotFound("pilot-unknown", "there is no pilot " + pilot);
  }
}
