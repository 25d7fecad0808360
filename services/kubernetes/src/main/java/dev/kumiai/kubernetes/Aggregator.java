package dev.kumiai.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import dev.kumiai.protocol.run.RoundSpec;
import dev.kumiai.protocol.run.RoundView;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.site.SiteView;
import java.util.List;
import java.util.Optional;

/// The aggregator, as its Kubernetes side asks it. Every call is a transaction of its own, and may
/// be made again: a crash between two of them loses nothing.
///
/// A run's resource is a key of the custom resource that stands for it, see [ResourceKey].
public interface Aggregator {

  /// Starts the run of a resource, or finds the one that it started before.
  ///
  /// @param spec as the REST API takes it
  /// @throws KumiaiException.Invalid `run-spec-invalid` with every mistake
  RunView create(ObjectNode spec, ResourceKey resource);

  /// The run of a resource.
  Optional<RunView> find(ResourceKey resource);

  /// A run.
  ///
  /// @throws KumiaiException.NotFound `run-unknown`
  RunView run(RunId run);

  /// How many sites of a run may not take part for now.
  int quarantined(RunId run);

  /// Those that count, oldest first.
  List<RoundView> rounds(RunId run);

  /// Runs that no resource stands for, oldest first; not all of them at once.
  List<RunView> unmirrored();

  /// Lets a resource stand for a run, unless another one does.
  ///
  /// @return whether this one does now
  boolean attach(RunId run, ResourceKey resource);

  /// Ends a run.
  ///
  /// @throws KumiaiException.Conflict `run-over`
  RunView cancel(RunId run);

  /// Puts a run on hold.
  ///
  /// @throws KumiaiException.Conflict `run-over`
  RunView suspend(RunId run, String why);

  /// Lets a run go on.
  ///
  /// @throws KumiaiException.Conflict `run-over`
  RunView resume(RunId run);

  /// Changes what starts the rounds of a run from the next one on.
  ///
  /// @throws KumiaiException.Conflict `run-over`, `rounds-asynchronous`
  RunView trigger(RunId run, RoundSpec.Trigger trigger);

  /// Starts a round of a run whose rounds are triggered manually; nothing when that one goes on.
  ///
  /// @throws KumiaiException.Conflict `round-running`, `round-done`, `round-not-next`,
  ///   `run-not-manual`, `run-suspended`, `run-over`
  RunView startRound(RunId run, int round);

  /// A site that has enrolled.
  Optional<SiteView> site(SiteId site);

  /// The tasks of a run that are still wanted.
  List<OpenTask> openTasks(RunId run);

  /// A token with which one worker of the task's site gets that task and nothing else.
  String taskToken(TaskId task);

  /// A token with which a worker of the site enrols.
  String siteToken(SiteId site);

  /// Tells that what was to do an attempt at a task has come to nothing. Stale news changes
  /// nothing.
  ///
  /// @param canHelp whether another attempt may succeed
  void launchFailed(TaskId task, int attempt, String why, boolean canHelp);

  /// Tells why nobody does an attempt at a task yet.
  void launchWaits(TaskId task, int attempt, String why);
}
