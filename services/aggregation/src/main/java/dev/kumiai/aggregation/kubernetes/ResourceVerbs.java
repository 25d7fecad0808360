package dev.kumiai.aggregation.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kumiai.aggregation.json.StrictJson;
import dev.kumiai.aggregation.round.CancelRun;
import dev.kumiai.aggregation.round.StartRound;
import dev.kumiai.aggregation.run.ChangeTrigger;
import dev.kumiai.aggregation.run.CreateRun;
import dev.kumiai.aggregation.run.RunResources;
import dev.kumiai.aggregation.run.Runs;
import dev.kumiai.aggregation.run.SuspendRun;
import dev.kumiai.aggregation.site.EnrolSite;
import dev.kumiai.aggregation.site.Sites;
import dev.kumiai.aggregation.task.Attempts;
import dev.kumiai.aggregation.task.LaunchableTasks;
import dev.kumiai.aggregation.view.RunViews;
import dev.kumiai.aggregation.view.SiteViews;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import dev.kumiai.kubernetes.Aggregator;
import dev.kumiai.kubernetes.OpenTask;
import dev.kumiai.kubernetes.ResourceKey;
import dev.kumiai.protocol.run.RoundSpec;
import dev.kumiai.protocol.run.RoundView;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.site.InvitationRequest;
import dev.kumiai.protocol.site.SiteView;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// The aggregator's verbs, for its Kubernetes side.
@Singleton
class ResourceVerbs implements Aggregator {

  /// In which the pod of a Job or Deployment has to come for the first time.
  private static final int TOKEN_HOURS = 24;

  private final CreateRun createRun;
  private final CancelRun cancelRun;
  private final SuspendRun suspendRun;
  private final ChangeTrigger changeTrigger;
  private final StartRound startRound;
  private final RunResources resources;
  private final Runs runs;
  private final RunViews views;
  private final Sites sites;
  private final EnrolSite enrolSite;
  private final LaunchableTasks launchable;
  private final Attempts attempts;
  private final StrictJson json;

  ResourceVerbs(
      CreateRun createRun,
      CancelRun cancelRun,
      SuspendRun suspendRun,
      ChangeTrigger changeTrigger,
      StartRound startRound,
      RunResources resources,
      Runs runs,
      RunViews views,
      Sites sites,
      EnrolSite enrolSite,
      LaunchableTasks launchable,
      Attempts attempts,
      StrictJson json) {
    this.createRun = createRun;
    this.cancelRun = cancelRun;
    this.suspendRun = suspendRun;
    this.changeTrigger = changeTrigger;
    this.startRound = startRound;
    this.resources = resources;
    this.runs = runs;
    this.views = views;
    this.sites = sites;
    this.enrolSite = enrolSite;
    this.launchable = launchable;
    this.attempts = attempts;
    this.json = json;
  }

  @Override
  public RunView create(ObjectNode spec, ResourceKey resource) {
    byte[] text = spec.toString().getBytes(StandardCharsets.UTF_8);
    StrictJson.Bound<RunSpec> bound = json.bind(new ByteArrayInputStream(text), RunSpec.class);
    RunSpec read = bound.value();
    if (read == null) {
      throw CreateRun.invalid(bound.mistakes());
    }
    return views.view(createRun.create(read, bound.mistakes(), resource.toString()));
  }

  @Override
  public Optional<RunView> find(ResourceKey resource) {
    return resources.find(resource.toString()).map(views::view);
  }

  @Override
  public RunView run(RunId run) {
    return views.view(runs.get(run));
  }

  @Override
  public int quarantined(RunId run) {
    return runs.quarantined(run);
  }

  @Override
  public List<RoundView> rounds(RunId run) {
    return views.rounds(runs.get(run), false);
  }

  @Override
  public List<RunView> unmirrored() {
    return views.list(resources.unmirrored());
  }

  @Override
  public boolean attach(RunId run, ResourceKey resource) {
    try {
      resources.attach(run, resource.toString());
      return true;
    } catch (KumiaiException.Conflict e) {
      return false;
    }
  }

  @Override
  public RunView cancel(RunId run) {
    return views.view(cancelRun.cancel(run));
  }

  @Override
  public RunView suspend(RunId run, String why) {
    return views.view(suspendRun.suspend(run, why));
  }

  @Override
  public RunView resume(RunId run) {
    return views.view(suspendRun.resume(run));
  }

  @Override
  public RunView trigger(RunId run, RoundSpec.Trigger trigger) {
    return views.view(changeTrigger.change(run, trigger));
  }

  @Override
  public RunView startRound(RunId run, int round) {
    return views.view(startRound.start(run, round).run());
  }

  @Override
  public Optional<SiteView> site(SiteId site) {
    return sites.find(site).map(SiteViews::view);
  }

  @Override
  public List<OpenTask> openTasks(RunId run) {
    return launchable.of(run).stream()
        .map(
            task ->
                new OpenTask(
                    task.id(),
                    task.kind(),
                    task.site(),
                    task.round(),
                    task.attempt(),
                    task.claimed(),
                    task.notBefore()))
        .toList();
  }

  @Override
  public String taskToken(TaskId task) {
    return enrolSite.inviteForTask(task).enrolmentToken();
  }

  @Override
  public String siteToken(SiteId site) {
    return enrolSite.invite(new InvitationRequest(site, TOKEN_HOURS)).enrolmentToken();
  }

  @Override
  public void launchFailed(TaskId task, int attempt, String why, boolean canHelp) {
    attempts.launchFailed(task, attempt, why, canHelp);
  }

  @Override
  public void launchWaits(TaskId task, int attempt, String why) {
    attempts.launchWaits(task, attempt, why);
  }
}
