package dev.kumiai.aggregation.task;

import dev.kumiai.aggregation.model.Models;
import dev.kumiai.aggregation.model.Upload;
import dev.kumiai.aggregation.model.Uploads;
import dev.kumiai.aggregation.run.ChosenStrategy;
import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunChanged;
import dev.kumiai.aggregation.run.RunStore;
import dev.kumiai.aggregation.run.SuspendRun;
import dev.kumiai.aggregation.site.Worker;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.TaskId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.core.tensor.TensorSpec;
import dev.kumiai.protocol.task.UpdateMetadata;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.io.InputStream;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Takes the weights that a task made. The key is (run, round, site), of which there is one task:
/// the first whole and correct upload is the update, the same one again changes nothing, another
/// one is refused.
@ApplicationScoped
public class AcceptWeights {

  private static final Logger LOG = Logger.getLogger(AcceptWeights.class);

  private final TaskStore tasks;
  private final RunStore runs;
  private final Models models;
  private final Uploads uploads;
  private final VoteCheck voteCheck;
  private final SuspendRun suspendRun;
  private final Faults faults;
  private final Event<RunChanged> runChanged;
  private final Clock clock;

  AcceptWeights(
      TaskStore tasks,
      RunStore runs,
      Models models,
      Uploads uploads,
      VoteCheck voteCheck,
      SuspendRun suspendRun,
      Faults faults,
      Event<RunChanged> runChanged,
      Clock clock) {
    this.tasks = tasks;
    this.runs = runs;
    this.models = models;
    this.uploads = uploads;
    this.voteCheck = voteCheck;
    this.suspendRun = suspendRun;
    this.faults = faults;
    this.runChanged = runChanged;
    this.clock = clock;
  }

  /// What became of an upload.
  public enum Outcome {
    ACCEPTED,
    /// The same bytes were accepted before.
    REPEATED
  }

  /// What the transaction found; a refusal is thrown after it, so that what it noted is kept.
  private sealed interface Verdict {
    record Take(Outcome outcome) implements Verdict {}

    record Refuse(KumiaiException why) implements Verdict {}
  }

  /// Receives, checks and records weights. The attempt is looked at before the body is read, so
  /// that a worker that waits for `100 Continue` is refused before it sends, and again when all of
  /// it is there. Only then, or to note that it came too late, is the run locked: while it is, no
  /// other site can record its answer.
  ///
  /// @param proof that the site sent what has the declared digest
  public Outcome accept(
      Worker caller,
      TaskId id,
      int attempt,
      Digest declared,
      Proof proof,
      long announcedBytes,
      InputStream body) {
    Task task =
        QuarkusTransaction.requiringNew()
            .call(() -> tasks.find(id))
            .orElseThrow(() -> Attempts.unknown(id));
    Verdict before =
        task.state() instanceof TaskState.Cancelled
            ? QuarkusTransaction.requiringNew()
                .call(() -> verdict(locked(id), caller, attempt, declared, null))
            : verdict(task, caller, attempt, declared, null);
    if (resolve(before) == Outcome.REPEATED) {
      return Outcome.REPEATED;
    }
    try (Upload upload = uploads.receive(body, announcedBytes, declared)) {
      TaskResult result = requireUsable(task, attempt, upload);
      models.send(upload);
      return resolve(
          QuarkusTransaction.requiringNew()
              .call(
                  () ->
                      verdict(
                          locked(id),
                          caller,
                          attempt,
                          declared,
                          new Checked(upload, result, proof))));
    } catch (KumiaiException.StorageFull e) {
      suspendRun.becauseStorageIsFull(task.run());
      throw e;
    }
  }

  private record Checked(Upload upload, TaskResult result, Proof proof) {}

  private static Outcome resolve(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Take take -> take.outcome();
      case Verdict.Refuse refusal -> throw refusal.why();
    };
  }

  /// What a site sends whole and is nonsense all the same is a fault of the site.
  private TaskResult requireUsable(Task task, int attempt, Upload upload) {
    try {
      return check(task, upload);
    } catch (KumiaiException.Invalid e) {
      faults.refused(task.site(), task.id(), attempt, e);
      throw e;
    }
  }

  private TaskResult check(Task task, Upload upload) {
    if (task.kind() == TaskKind.INITIALIZE) {
      upload.requireWeights(null);
      return new TaskResult.FirstWeights(upload.digest());
    }
    Run run = QuarkusTransaction.requiringNew().call(() -> runs.find(task.run())).orElseThrow();
    List<TensorSpec> global = models.specs(Objects.requireNonNull(run.state().model()));
    UpdateMetadata metadata =
        UpdateMetadata.parse(upload.requireWeights(ChosenStrategy.updateSpecs(run.spec(), global)));
    voteCheck.require(run, task.site(), metadata);
    return new TaskResult.Update(upload.digest(), metadata);
  }

  private Task locked(TaskId id) {
    return tasks
        .runOf(id)
        .flatMap(runs::lock)
        .flatMap(_ -> tasks.lock(id))
        .orElseThrow(() -> Attempts.unknown(id));
  }

  /// @param task locked with its run, if something is to be noted
  /// @param checked the upload to record; null only looks whether it would be taken
  private Verdict verdict(
      Task task, Worker caller, int attempt, Digest digest, @Nullable Checked checked) {
    task.requireCaller(caller);
    requireKind(task);
    return switch (task.state()) {
      case TaskState.Succeeded succeeded -> again(task, succeeded, digest);
      case TaskState.Cancelled cancelled -> late(task, cancelled);
      case TaskState.Open _, TaskState.Failed _ -> {
        TaskState.Claimed claimed = task.requireAttempt(attempt);
        if (checked != null) {
          record(task, claimed, checked);
        }
        yield new Verdict.Take(Outcome.ACCEPTED);
      }
    };
  }

  private static void requireKind(Task task) {
    if (task.kind() != TaskKind.INITIALIZE && task.kind() != TaskKind.TRAIN) {
      throw new KumiaiException.Conflict(
          "task-makes-no-weights",
          "task %s is of kind %s: report its result instead".formatted(task.id(), task.kind()));
    }
  }

  private static Verdict again(Task task, TaskState.Succeeded succeeded, Digest digest) {
    Digest accepted =
        switch (succeeded.result()) {
          case TaskResult.FirstWeights first -> first.digest();
          case TaskResult.Update update -> update.digest();
          case TaskResult.Report _ -> throw new IllegalStateException(task.key());
        };
    return accepted.equals(digest)
        ? new Verdict.Take(Outcome.REPEATED)
        : new Verdict.Refuse(
            new KumiaiException.Conflict(
                "update-already-accepted",
                "site '%s' has its update of round %d of run %s accepted already, with the digest %s"
                    .formatted(task.site(), task.round(), task.run(), accepted)));
  }

  private Verdict late(Task task, TaskState.Cancelled cancelled) {
    String what = "update-late: an update came at " + clock.instant() + ", after the round closed";
    tasks.save(task.in(cancelled.late(what)));
    LOG.warnf("update late, not counted %s", task.key());
    return new Verdict.Refuse(
        new KumiaiException.Gone(
            "update-late",
            "round %d of run %s closed without this update: drop it"
                .formatted(task.round(), task.run())));
  }

  /// The rename is in the transaction, so that the loser of a race leaves nothing in the store. A
  /// crash between rename and commit leaves a file that nothing refers to, which is harmless.
  private void record(Task task, TaskState.Claimed claimed, Checked checked) {
    models.keep(checked.upload());
    Task succeeded = task.in(claimed.succeed(checked.result(), clock.instant()));
    tasks.sign(task.id(), checked.proof());
    tasks.save(succeeded);
    runChanged.fire(new RunChanged(task.run()));
    LOG.infof("weights accepted %s digest=%s", succeeded.key(), checked.upload().digest());
  }
}
