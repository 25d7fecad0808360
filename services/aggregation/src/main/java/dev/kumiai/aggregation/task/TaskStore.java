package dev.kumiai.aggregation.task;

import dev.kumiai.core.Digest;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import dev.kumiai.core.TaskKind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Keeps tasks. Every call belongs to a transaction of the caller.
public interface TaskStore {

  void add(List<Task> tasks);

  Optional<Task> find(TaskId task);

  /// The run a task belongs to.
  Optional<RunId> runOf(TaskId task);

  /// Reads a task and lets nobody else change it until the transaction ends. Whoever locks the
  /// task's run too locks the run first.
  Optional<Task> lock(TaskId task);

  /// Keeps with what the result is signed that is saved next.
  void sign(TaskId task, Proof proof);

  /// Tasks of a site that are still wanted, the oldest first.
  List<TaskId> openOf(SiteId site);

  /// Keeps the state.
  void save(Task task);

  /// Locks the oldest task that a worker of the site could start now, of a run that is not over and
  /// whose tasks agents carry out. Waits for nobody: a task that another transaction has is passed
  /// over, so that workers who ask at the same moment, at whichever replica, get different tasks.
  Optional<Task> lockClaimable(SiteId site, Set<TaskKind> kinds, Instant now);

  /// Locks one task if its Job's worker could start it now, its run being neither over nor
  /// suspended; waits for nobody.
  Optional<Task> lockClaimable(TaskId task, Instant now);

  /// Sites with a task that an agent could start now.
  List<SiteId> sitesWithWork(Instant now);

  /// Tasks whose worker has been silent for too long.
  List<TaskId> expired(Instant now);

  /// Those of one kind in the round of that number that counts, in canonical order: by site.
  List<Task> of(RunId run, TaskKind kind, int round);

  /// Those of one kind in a round, whether it counts or not, in canonical order: by site.
  List<Task> of(RunId run, TaskKind kind, int round, int incarnation);

  /// Those of a run that are still wanted, by round, kind and site.
  List<Task> open(RunId run);

  /// Of asynchronous rounds: the answered TRAIN tasks of the run's present incarnation whose
  /// updates went into no round yet, in the order in which they came.
  List<Task> buffered(RunId run);

  /// Of asynchronous rounds: the TRAIN tasks whose updates went into a round, by site, of one site
  /// the oldest first.
  List<Task> aggregatedIn(RunId run, int round, int incarnation);

  /// The newest update of a site that counted in a round before this one. A round that is closed
  /// has no task that could still be answered.
  Optional<Digest> newestUpdate(RunId run, SiteId site, int before);

  /// All of a run, those of rounds that were done again too, by incarnation, round, time and site.
  List<Task> of(RunId run);
}
