package dev.kumiai.kubernetes.job;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import dev.kumiai.kubernetes.Aggregator;
import dev.kumiai.kubernetes.Creation;
import dev.kumiai.kubernetes.KubernetesConfig;
import dev.kumiai.kubernetes.OpenTask;
import dev.kumiai.kubernetes.resource.FederatedRun;
import dev.kumiai.kubernetes.resource.FederationRuntimeSpec;
import dev.kumiai.protocol.run.RunView;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Sees to it that each open task of a run has its Job, and that nothing else has one.
///
/// A Job is one attempt. Its name follows from the task and the attempt, so that one is never made
/// twice; the aggregator decides whether there is another attempt, and what it is.
@Singleton
public class JobLauncher {

  private static final Logger LOG = Logger.getLogger(JobLauncher.class);
  private static final String REFUSED = "JobRefused";
  private static final Duration LEAVING = Duration.ofSeconds(60);
  private static final Duration FORGOTTEN = Duration.ofHours(1);

  private final Aggregator aggregator;
  private final KubernetesClient client;
  private final KubernetesConfig config;
  private final ServerFeatures server;
  private final Clock clock;
  private final PodTrouble troubles;

  /// When a Job was first seen that nobody wants, by its uid.
  private final Map<String, Instant> unwanted = new ConcurrentHashMap<>();

  JobLauncher(
      Aggregator aggregator,
      KubernetesClient client,
      KubernetesConfig config,
      ServerFeatures server,
      PodTrouble troubles,
      Clock clock) {
    this.aggregator = aggregator;
    this.client = client;
    this.config = config;
    this.server = server;
    this.clock = clock;
    this.troubles = troubles;
  }

  /// What a run's Jobs run with.
  ///
  /// @param places of the run's sites
  public record Setting(FederationRuntimeSpec runtime, Map<SiteId, Place> places) {}

  /// What there is in the cluster of a run.
  ///
  /// @param jobs of it
  /// @param pods of these
  public record Present(Collection<Job> jobs, Collection<Pod> pods) {}

  /// Makes what is missing, tells the aggregator what came to nothing, and takes away what nobody
  /// wants any more.
  ///
  /// @return why attempts wait, to be shown
  public List<Waiting> launch(FederatedRun owner, RunView run, Setting setting, Present present) {
    Map<String, Job> jobs =
        present.jobs().stream()
            .collect(
                Collectors.toMap(JobLauncher::attemptOf, Function.identity(), (one, _) -> one));
    Map<String, Pod> pods =
        present.pods().stream()
            .collect(
                Collectors.toMap(JobLauncher::attemptOf, Function.identity(), (one, _) -> one));
    List<OpenTask> open = aggregator.openTasks(run.run());
    List<Waiting> waiting = new ArrayList<>();
    for (OpenTask task : open) {
      Job job = jobs.get(attemptOf(task));
      if (job != null) {
        look(task, job, pods.get(attemptOf(task)), waiting);
      } else if (!task.claimed() && !task.notBefore().isAfter(clock.instant())) {
        make(owner, run, task, setting, waiting);
      }
    }
    removeUnwanted(
        open.stream().map(JobLauncher::attemptOf).collect(Collectors.toSet()), present.jobs());
    return waiting;
  }

  private void look(OpenTask task, Job job, @Nullable Pod pod, List<Waiting> waiting) {
    switch (troubles.of(job, pod, clock.instant())) {
      case Trouble.None _ -> {}
      case Trouble.Waits waits -> {
        if (waits.reason().equals(PodTrouble.NO_SECRET)) {
          // A crash came between the two.
          createSecret(job, task.task());
        }
        aggregator.launchWaits(task.task(), task.attempt(), waits.toString());
        waiting.add(new Waiting(task.site(), waits.reason(), waits.message()));
      }
      case Trouble.Dead dead -> {
        aggregator.launchFailed(task.task(), task.attempt(), dead.toString(), dead.canHelp());
        delete(job);
      }
    }
  }

  private void make(
      FederatedRun owner, RunView run, OpenTask task, Setting setting, List<Waiting> waiting) {
    Place place = setting.places().get(task.site());
    if (place == null) {
      aggregator.launchFailed(
          task.task(),
          task.attempt(),
          "site-has-no-place: no Site '%s' with volumes is in namespace %s, so no Job can be made for it"
              .formatted(task.site(), owner.getMetadata().getNamespace()),
          false);
      return;
    }
    TaskJob made =
        new TaskJob(
            owner,
            run.run(),
            task,
            place,
            setting.runtime(),
            config.aggregatorUrl().orElseThrow(),
            run.spec().round().deadlineSeconds(),
            server.hasPodFailurePolicy());
    try {
      Job job = Creation.ensured(made.job(), client);
      createSecret(job, task.task());
      LOG.infof(
          "job created run=%s round=%d site=%s task=%s kind=%s attempt=%d job=%s/%s",
          run.run(),
          task.round(),
          task.site(),
          task.task(),
          task.kind(),
          task.attempt(),
          place.namespace(),
          made.name());
    } catch (KumiaiException.Invalid e) {
      aggregator.launchFailed(task.task(), task.attempt(), e.code() + ": " + e.getMessage(), false);
    } catch (KubernetesClientException e) {
      String why =
          "the cluster does not take a Job in namespace %s: %s"
              .formatted(place.namespace(), reason(e));
      aggregator.launchWaits(task.task(), task.attempt(), REFUSED + ": " + why);
      waiting.add(new Waiting(task.site(), REFUSED, why));
    }
  }

  private static String reason(KubernetesClientException e) {
    return e.getStatus() != null && e.getStatus().getMessage() != null
        ? e.getStatus().getMessage()
        : String.valueOf(e.getMessage());
  }

  /// Made after the Job, which owns it; the pod waits for it. A Secret that is there has a token
  /// that is as good: the aggregator may not read it, and need not.
  private void createSecret(Job job, TaskId task) {
    Creation.ensure(TokenSecret.of(job, aggregator.taskToken(task)), client);
  }

  /// A worker whose task was answered is about to end, and one whose task is not wanted any more is
  /// told so. Only one that stays all the same is ended; what has finished goes by itself.
  ///
  /// @return whether some of them are still there
  private boolean removeUnwanted(Set<String> wanted, Collection<Job> jobs) {
    Instant now = clock.instant();
    List<Job> left =
        jobs.stream().filter(job -> !wanted.contains(attemptOf(job)) && isActive(job)).toList();
    for (Job job : left) {
      Instant since = unwanted.computeIfAbsent(job.getMetadata().getUid(), _ -> now);
      if (since.plus(LEAVING).isBefore(now)) {
        delete(job);
      }
    }
    unwanted.values().removeIf(since -> since.plus(FORGOTTEN).isBefore(now));
    return !left.isEmpty();
  }

  private static boolean isActive(Job job) {
    return job.getStatus() == null
        || (job.getStatus().getCompletionTime() == null
            && (job.getStatus().getConditions() == null
                || job.getStatus().getConditions().stream()
                    .noneMatch(c -> "Failed".equals(c.getType()) && "True".equals(c.getStatus()))));
  }

  /// Of a run that is over: ends workers that do not end by themselves.
  ///
  /// @return whether some of them are still there
  public boolean leave(Collection<Job> jobs) {
    return removeUnwanted(Set.of(), jobs);
  }

  /// Takes all Jobs away, with their pods.
  public void deleteAll(Collection<Job> jobs) {
    jobs.forEach(this::delete);
  }

  private void delete(Job job) {
    client.resource(job).withPropagationPolicy(DeletionPropagation.BACKGROUND).delete();
  }

  private static String attemptOf(OpenTask task) {
    return task.task() + "#" + task.attempt();
  }

  private static String attemptOf(HasMetadata resource) {
    Map<String, String> labels = resource.getMetadata().getLabels();
    return labels.get(Labels.TASK) + "#" + labels.get(Labels.ATTEMPT);
  }
}
