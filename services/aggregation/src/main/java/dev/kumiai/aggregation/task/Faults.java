package dev.kumiai.aggregation.task;

import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunChanged;
import dev.kumiai.aggregation.run.RunStore;
import dev.kumiai.aggregation.run.Standing;
import dev.kumiai.aggregation.run.StandingStore;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import dev.kumiai.protocol.run.RunSiteView;
import dev.kumiai.protocol.run.RunSiteView.FaultKind;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.time.Clock;
import org.jboss.logging.Logger;

/// Counts what sites do wrong, and puts a site into quarantine that does it too often: it is not
/// asked any more, and what it was asked for is not wanted any more.
@ApplicationScoped
public class Faults {

  private static final Logger LOG = Logger.getLogger(Faults.class);

  private final RunStore runs;
  private final TaskStore tasks;
  private final StandingStore standings;
  private final Event<RunChanged> runChanged;
  private final Clock clock;

  Faults(
      RunStore runs,
      TaskStore tasks,
      StandingStore standings,
      Event<RunChanged> runChanged,
      Clock clock) {
    this.runs = runs;
    this.tasks = tasks;
    this.standings = standings;
    this.runChanged = runChanged;
    this.clock = clock;
  }

  /// Counts a fault, in a transaction of the caller that has the run's lock.
  ///
  /// @param problem a line that says what was wrong, with its stable code first
  public void note(Run run, SiteId site, FaultKind kind, String problem) {
    Standing before = standings.of(run.id(), site);
    Standing after = before.after(kind, problem, clock.instant(), run.spec().round().maxFaults());
    standings.save(run.id(), after);
    RunSiteView.Quarantine quarantine = after.quarantine();
    if (quarantine != null && before.quarantine() == null) {
      LOG.warnf(
          "site quarantined run=%s site=%s reason=\"%s\"", run.id(), site, quarantine.reason());
      cancelTasks(run, site);
      runChanged.fire(new RunChanged(run.id()));
    }
  }

  private void cancelTasks(Run run, SiteId site) {
    for (Task task : tasks.open(run.id())) {
      if (task.site().equals(site) && task.state() instanceof TaskState.Open open) {
        tasks.save(task.in(open.cancel(clock.instant())));
      }
    }
  }

  /// Counts an answer that was refused because of what it says, in a transaction of its own: the
  /// refusal undoes the one in which it was found, and a worker that sends nonsense need not report
  /// that it failed.
  void refused(SiteId site, TaskId id, int attempt, KumiaiException.Invalid why) {
    QuarkusTransaction.requiringNew()
        .run(
            () -> {
              Run run = tasks.runOf(id).flatMap(runs::lock).orElseThrow();
              Task task = tasks.lock(id).orElseThrow();
              if (task.state() instanceof TaskState.Claimed claimed
                  && claimed.attempt() == attempt) {
                note(run, site, FaultKind.REFUSED, oneLine(why.code() + ": " + why.getMessage()));
              }
            });
  }

  /// Counts an attempt that its worker gave up, once: one whose answer was refused was counted when
  /// that happened.
  void failed(Run run, Task task, TaskState.Claimed attempt, String problem) {
    boolean counted =
        standings
            .of(run.id(), task.site())
            .of(FaultKind.REFUSED)
            .filter(refused -> !refused.at().isBefore(attempt.started()))
            .isPresent();
    if (!counted) {
      note(run, task.site(), FaultKind.FAILED, problem);
    }
  }

  /// It goes into logs: a worker must not be able to forge a line of ours.
  static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}+", " ").strip();
  }
}
