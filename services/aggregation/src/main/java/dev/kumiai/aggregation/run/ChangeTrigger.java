package dev.kumiai.aggregation.run;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.protocol.run.RoundSpec;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.transaction.Transactional;
import org.jboss.logging.Logger;

/// Changes what starts the rounds of a run.
@ApplicationScoped
public class ChangeTrigger {

  private static final Logger LOG = Logger.getLogger(ChangeTrigger.class);

  private final RunStore runs;
  private final Event<RunChanged> runChanged;

  ChangeTrigger(RunStore runs, Event<RunChanged> runChanged) {
    this.runs = runs;
    this.runChanged = runChanged;
  }

  /// From the next round on. A run that waits for somebody to ask for it goes on by itself when its
  /// rounds become automatic; one whose trigger is that already stays as it is.
  ///
  /// @throws KumiaiException.Conflict `run-over`; `rounds-asynchronous` when rounds have no
  ///   beginning that could be triggered
  @Transactional
  public Run change(RunId id, RoundSpec.Trigger trigger) {
    Run run = runs.lock(id).orElseThrow(() -> Runs.unknown(id));
    if (run.spec().round().trigger() == trigger) {
      return run;
    }
    if (run.state() instanceof RunState.Over) {
      throw new KumiaiException.Conflict(
          "run-over", "run %s is over already: no round will start".formatted(id));
    }
    if (AsynchronousRounds.in(run.spec())) {
      throw new KumiaiException.Conflict(
          "rounds-asynchronous",
          "rounds of run %s are asynchronous: they start by themselves".formatted(id));
    }
    Run changed = run.with(run.spec().withRound(run.spec().round().withTrigger(trigger)));
    runs.saveSpec(changed);
    runChanged.fire(new RunChanged(id));
    LOG.infof("round trigger changed run=%s trigger=%s", id, trigger);
    return changed;
  }
}
