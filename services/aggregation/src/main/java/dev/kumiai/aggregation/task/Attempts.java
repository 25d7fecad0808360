package dev.kumiai.aggregation.task;

import dev.kumiai.aggregation.run.Participant;
import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunChanged;
import dev.kumiai.aggregation.run.RunStore;
import dev.kumiai.aggregation.site.Worker;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.TaskId;
import dev.kumiai.protocol.error.Problem;
import dev.kumiai.protocol.run.RunSiteView.FaultKind;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.task.Heartbeat;
import dev.kumiai.protocol.task.TaskReport;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jboss.logging.Logger;

/// What a worker says about its attempt at a task, besides uploading weights.
@ApplicationScoped
public class Attempts {

  private static final Logger LOG = Logger.getLogger(Attempts.class);
  private static final int CLIENT_ERROR = 400;
  private static final int SERVER_ERROR = 500;

  private final TaskStore tasks;
  private final RunStore runs;
  private final Retry retry;
  private final Faults faults;
  private final Event<RunChanged> runChanged;
  private final Clock clock;

  Attempts(
      TaskStore tasks,
      RunStore runs,
      Retry retry,
      Faults faults,
      Event<RunChanged> runChanged,
      Clock clock) {
    this.tasks = tasks;
    this.runs = runs;
    this.retry = retry;
    this.faults = faults;
    this.runChanged = runChanged;
    this.clock = clock;
  }

  /// Renews the lease. A worker whose task was cancelled learns it from the answer.
  @Transactional
  public Heartbeat.Answer heartbeat(Worker caller, TaskId id, int attempt, Heartbeat heartbeat) {
    Task task = lock(id).requireCaller(caller);
    if (task.state() instanceof TaskState.Cancelled cancelled && cancelled.attempt() == attempt) {
      return new Heartbeat.Answer(true);
    }
    TaskState.Claimed claimed = task.requireAttempt(attempt);
    Run run = runs.find(task.run()).orElseThrow();
    Duration lease = Duration.ofSeconds(run.spec().round().leaseSeconds());
    tasks.save(
        task.in(claimed.renew(clock.instant(), lease, heartbeat.fraction(), heartbeat.stage())));
    return new Heartbeat.Answer(false);
  }

  /// Takes the answer of a task that makes no weights. The same answer again changes nothing.
  public void report(Worker caller, TaskId id, int attempt, TaskReport report, Proof proof) {
    try {
      QuarkusTransaction.requiringNew().run(() -> take(caller, id, attempt, report, proof));
    } catch (KumiaiException.Invalid e) {
      faults.refused(caller.site(), id, attempt, e);
      throw e;
    }
  }

  private void take(Worker caller, TaskId id, int attempt, TaskReport report, Proof proof) {
    Run run = lockRun(id);
    Task task = lock(id).requireCaller(caller);
    if (task.state() instanceof TaskState.Succeeded succeeded
        && succeeded.attempt() == attempt
        && succeeded.result().equals(new TaskResult.Report(report))) {
      return;
    }
    TaskState.Claimed claimed = task.requireAttempt(attempt);
    Participant participant = runs.participant(task.run(), task.site()).orElse(null);
    ReportCheck.require(run.spec(), participant, task, report);
    Task succeeded = task.in(claimed.succeed(new TaskResult.Report(report), clock.instant()));
    tasks.sign(id, proof);
    tasks.save(succeeded);
    runChanged.fire(new RunChanged(task.run()));
    LOG.infof("task reported %s", succeeded.key());
  }

  /// Takes a failure: tried again when that can help and attempts are left.
  @Transactional
  public void fail(Worker caller, TaskId id, int attempt, Problem problem) {
    if (problem.status() < CLIENT_ERROR || problem.status() >= SERVER_ERROR + 100) {
      throw new KumiaiException.Invalid(
          "failure-status-invalid",
          "a failure has the status 4xx (final) or 5xx (worth another attempt), not "
              + problem.status());
    }
    Run run = lockRun(id);
    Task task = lock(id).requireCaller(caller);
    TaskState.Claimed claimed = task.requireAttempt(attempt);
    boolean canHelp = problem.status() >= SERVER_ERROR;
    String why = Faults.oneLine(problem.code() + ": " + problem.detail());
    after(run, task, claimed, why, canHelp);
    if (!problem.code().equals(Problem.WORKER_STOPPING)) {
      faults.failed(run, task, claimed, why);
    }
  }

  /// Takes a task from a worker that has been silent for longer than its lease. Whose worker was a
  /// Job is not at fault: clusters preempt and evict.
  @Transactional
  void expire(TaskId id) {
    Run run = lockRun(id);
    Task task = lock(id);
    Instant now = clock.instant();
    if (task.state() instanceof TaskState.Claimed claimed && !claimed.leaseUntil().isAfter(now)) {
      String why =
          "lease-expired: the worker was silent for "
              + run.spec().round().leaseSeconds()
              + " s in attempt "
              + claimed.attempt();
      after(run, task, claimed, why, true);
      if (run.spec().executor() == RunSpec.Executor.AGENTS) {
        faults.note(run, task.site(), FaultKind.SILENT, why);
      }
    }
  }

  /// Notes that the Job of an attempt came to nothing: its image is not to be had, it found no
  /// room, or it was preempted, evicted or killed. The attempt counts, whether or not its worker
  /// had claimed the task, and ends at once, without waiting for its lease; the site is not at
  /// fault. What is said of an attempt that is over already changes nothing.
  ///
  /// @param attempt for which the Job was launched
  /// @param why a stable code, `: ` and a sentence
  /// @param canHelp whether another attempt may fare better; attempts have to be left, too
  @Transactional
  public void launchFailed(TaskId id, int attempt, String why, boolean canHelp) {
    Run run = lockRun(id);
    Task task = lock(id);
    String line = Faults.oneLine(why);
    switch (task.state()) {
      case TaskState.Claimed claimed when claimed.attempt() == attempt ->
          after(run, task, claimed, line, canHelp);
      case TaskState.Pending pending when pending.attempt() + 1 == attempt ->
          after(run, task, pending.claim(clock.instant(), Duration.ZERO), line, canHelp);
      case TaskState.Open _, TaskState.Over _ ->
          LOG.debugf("a failed launch is not news %s problem=\"%s\"", task.key(), line);
    }
  }

  /// Notes why the Job of an attempt to come does not run yet, for whoever asks why nobody has
  /// claimed the task.
  ///
  /// @param why a stable code, `: ` and a sentence
  @Transactional
  public void launchWaits(TaskId id, int attempt, String why) {
    Task task = lock(id);
    String line = Faults.oneLine(why);
    if (task.state() instanceof TaskState.Pending pending
        && pending.attempt() + 1 == attempt
        && !line.equals(pending.problem())) {
      tasks.save(task.in(pending.waits(line)));
      LOG.warnf("task waits %s problem=\"%s\"", task.key(), line);
    }
  }

  /// Gives a task up whose site may not answer it any more, whether or not a worker has it.
  @Transactional
  void withdraw(TaskId id, String why) {
    Run run = lockRun(id);
    Task task = lock(id);
    switch (task.state()) {
      case TaskState.Claimed claimed -> after(run, task, claimed, why, false);
      // The attempt that nobody may make any more.
      case TaskState.Pending pending ->
          after(run, task, pending.claim(clock.instant(), Duration.ZERO), why, false);
      case TaskState.Over _ -> {}
    }
  }

  private void after(Run run, Task task, TaskState.Claimed failed, String why, boolean canHelp) {
    int maxAttempts = run.spec().round().maxAttempts();
    Task next = task.in(retry.after(failed, why, canHelp, maxAttempts, clock.instant()));
    tasks.save(next);
    runChanged.fire(new RunChanged(task.run()));
    String outcome = next.state() instanceof TaskState.Failed ? "given up" : "to be retried";
    LOG.warnf("task %s %s problem=\"%s\"", outcome, next.key(), why);
  }

  private Run lockRun(TaskId id) {
    return tasks.runOf(id).flatMap(runs::lock).orElseThrow(() -> unknown(id));
  }

  private Task lock(TaskId id) {
    return tasks.lock(id).orElseThrow(() -> unknown(id));
  }

  static KumiaiException unknown(TaskId id) {
    return new KumiaiException.NotFound("task-unknown", "there is no task " + id);
  }
}
