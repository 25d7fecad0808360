package dev.kumiai.aggregation.run;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;

/// Looks runs up.
@ApplicationScoped
public class Runs {

  private static final int MOST_LISTED = 1_000;

  private final RunStore store;
  private final StandingStore standings;

  Runs(RunStore store, StandingStore standings) {
    this.store = store;
    this.standings = standings;
  }

  @Transactional
  public Run get(RunId run) {
    return store.find(run).orElseThrow(() -> unknown(run));
  }

  /// How many sites of a run are in quarantine.
  @Transactional
  public int quarantined(RunId run) {
    return standings.quarantined(run).size();
  }

  /// The newest, newest first.
  @Transactional
  public List<Run> newest() {
    return store.newest(MOST_LISTED);
  }

  /// The refusal of an id that no run has.
  public static KumiaiException unknown(RunId run) {
    return new KumiaiException.NotFound("run-unknown", "there is no run " + run);
  }
}
