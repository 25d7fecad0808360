package dev.kumiai.kubernetes.site;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.kubernetes.Aggregator;
import dev.kumiai.kubernetes.Creation;
import dev.kumiai.kubernetes.ObjectEvents;
import dev.kumiai.kubernetes.Shown;
import dev.kumiai.kubernetes.job.JobSettings;
import dev.kumiai.kubernetes.job.JobWatch;
import dev.kumiai.kubernetes.job.Labels;
import dev.kumiai.kubernetes.job.Place;
import dev.kumiai.kubernetes.job.PodTrouble;
import dev.kumiai.kubernetes.job.TokenSecret;
import dev.kumiai.kubernetes.job.Trouble;
import dev.kumiai.kubernetes.job.WorkerService;
import dev.kumiai.kubernetes.resource.FederationRuntimeSpec;
import dev.kumiai.kubernetes.resource.Site;
import dev.kumiai.kubernetes.resource.SiteSpec;
import dev.kumiai.kubernetes.resource.SiteStatus;
import dev.kumiai.protocol.site.SiteView;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes what sites need in their namespaces, and shows how sites are.
@Singleton
@ControllerConfiguration(name = "sites", finalizerName = "kumiai.dev/site")
public class SiteReconciler implements Reconciler<Site>, Cleaner<Site> {

  private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

  /// A site that cannot tell what it holds is asked again after that.
  private static final Duration BEFORE_RETRY = Duration.ofSeconds(30);

  private static final Duration SOON = Duration.ofSeconds(3);

  /// Why a site's worker is waited for when all is well.
  static final String ANNOUNCING = "Announcing";

  private static final Trouble COUNTING =
      new Trouble.Waits(ANNOUNCING, "its data are being counted");

  private static final String MANAGER = "kumiai-aggregation";

  private final Aggregator aggregator;
  private final JobSettings settings;
  private final JobWatch watch;
  private final SiteObjects objects;
  private final ObjectEvents events;
  private final Clock clock;
  private final PodTrouble troubles;

  SiteReconciler(
      Aggregator aggregator,
      JobSettings settings,
      JobWatch watch,
      SiteObjects objects,
      PodTrouble troubles,
      ObjectEvents events,
      Clock clock) {
    this.aggregator = aggregator;
    this.settings = settings;
    this.watch = watch;
    this.objects = objects;
    this.troubles = troubles;
    this.events = events;
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, Site>> prepareEventSources(EventSourceContext<Site> context) {
    return List.of(
        new InformerEventSource<>(watch.of(Job.class, Site.class, Labels.FOR_SITE), context),
        new InformerEventSource<>(watch.of(Pod.class, Site.class, Labels.FOR_SITE), context),
        new InformerEventSource<>(
            watch.of(Deployment.class, Site.class, Labels.FOR_SITE), context));
  }

  /// What was made for a site and how it goes.
  ///
  /// @param announced the newest generation of the resource for which the site has told what it
  ///   holds
  /// @param refusal why nothing can be made; null when it can
  private record Made(
      @Nullable Long announced, @Nullable Trouble trouble, @Nullable Refusal refusal) {

    static Made refused(String reason, String why) {
      return new Made(null, null, new Refusal(reason, why));
    }
  }

  @Override
  public UpdateControl<Site> reconcile(Site resource, Context<Site> context) {
    Made made;
    try {
      made = make(resource, context);
    } catch (KumiaiException.Invalid e) {
      made = Made.refused("SiteInvalid", String.valueOf(e.getMessage()));
    } catch (KubernetesClientException e) {
      made = Made.refused("ClusterRefused", message(e));
    }
    SiteStatus status = status(resource, made, context);
    if (made.refusal() != null
        && (resource.getStatus() == null
            || !Objects.equals(resource.getStatus().reason(), status.reason()))) {
      events.warning(resource, made.refusal().reason(), made.refusal().message());
    }
    boolean settled = made.trouble() == null || made.trouble() instanceof Trouble.None;
    return Shown.status(resource, new Site(), status, settled ? LOOK_AGAIN : SOON);
  }

  private static String message(KubernetesClientException e) {
    return e.getStatus() != null && e.getStatus().getMessage() != null
        ? e.getStatus().getMessage()
        : String.valueOf(e.getMessage());
  }

  private Made make(Site resource, Context<Site> context) {
    SiteId site = new SiteId(resource.getMetadata().getName());
    Optional<Place> there = Place.of(resource);
    if (there.isEmpty()) {
      return new Made(null, null, null);
    }
    Place place = there.get();
    if (!watch.reaches(place.namespace())) {
      return Made.refused(
          "NamespaceNotWatched",
          "pods of site '%s' may not run in namespace %s: add it to kumiai.kubernetes.site-namespaces of the aggregator (siteNamespaces of the chart)"
              .formatted(site, place.namespace()));
    }
    KubernetesClient client = context.getClient();
    FederationRuntimeSpec runtime =
        settings.runtime(
            resource.getMetadata().getNamespace(), resource.getSpec().runtimeRef(), client);
    apply(objects.networkPolicy(resource, place), client);
    boolean warm = keepWarm(resource, place, runtime, context);
    return warm ? new Made(null, null, null) : announce(resource, place, runtime, context);
  }

  private static void apply(HasMetadata object, KubernetesClient client) {
    client.resource(object).fieldManager(MANAGER).forceConflicts().serverSideApply();
  }

  /// @return whether a worker that trains is there all the time, which tells what the site holds
  private boolean keepWarm(
      Site resource, Place place, FederationRuntimeSpec runtime, Context<Site> context) {
    KubernetesClient client = context.getClient();
    Map<WorkerService, Integer> wanted = wanted(resource.getSpec());
    Set<Deployment> present = context.getSecondaryResources(Deployment.class);
    wanted.forEach(
        (service, workers) -> {
          if (workers > 0) {
            Deployment deployment = objects.warm(resource, place, runtime, service, workers);
            apply(deployment, client);
            giveToken(deployment, present, place.site(), client);
          } else {
            String unwanted = SiteObjects.warmName(place, service);
            present.stream()
                .filter(one -> one.getMetadata().getName().equals(unwanted))
                .forEach(one -> client.resource(one).delete());
          }
        });
    return wanted.getOrDefault(WorkerService.LOCAL_TRAINING, 0) > 0;
  }

  private static Map<WorkerService, Integer> wanted(SiteSpec spec) {
    Map<WorkerService, Integer> wanted = new EnumMap<>(WorkerService.class);
    SiteSpec.Warm warm = spec.warm();
    wanted.put(
        WorkerService.LOCAL_TRAINING,
        warm == null ? 0 : Objects.requireNonNullElse(warm.localTraining(), 0));
    wanted.put(
        WorkerService.GENERATION,
        warm == null ? 0 : Objects.requireNonNullElse(warm.generation(), 0));
    return wanted;
  }

  /// Tried until the Deployment was seen to be available: a token is given once.
  private void giveToken(
      Deployment deployment, Set<Deployment> present, SiteId site, KubernetesClient client) {
    Optional<Deployment> seen =
        present.stream()
            .filter(one -> one.getMetadata().getName().equals(deployment.getMetadata().getName()))
            .findFirst();
    if (seen.filter(SiteReconciler::isAvailable).isEmpty()) {
      HasMetadata owner = client.resource(deployment).require();
      Creation.ensure(TokenSecret.of(owner, aggregator.siteToken(site)), client);
    }
  }

  private static boolean isAvailable(Deployment deployment) {
    return deployment.getStatus() != null
        && Objects.requireNonNullElse(deployment.getStatus().getAvailableReplicas(), 0) > 0;
  }

  private Made announce(
      Site resource, Place place, FederationRuntimeSpec runtime, Context<Site> context) {
    Long generation = resource.getMetadata().getGeneration();
    Long announced =
        resource.getStatus() == null ? null : resource.getStatus().announcedGeneration();
    if (generation.equals(announced)) {
      return new Made(announced, null, null);
    }
    KubernetesClient client = context.getClient();
    Job wanted = objects.announcement(resource, place, runtime);
    Optional<Job> present =
        context.getSecondaryResources(Job.class).stream()
            .filter(job -> job.getMetadata().getName().equals(wanted.getMetadata().getName()))
            .findFirst();
    if (present.isEmpty()) {
      Job made = Creation.ensured(wanted, client);
      Creation.ensure(TokenSecret.of(made, aggregator.siteToken(place.site())), client);
      return new Made(announced, COUNTING, null);
    }
    if (PodTrouble.isComplete(present.get())) {
      return new Made(generation, null, null);
    }
    Job job = present.get();
    Instant now = clock.instant();
    Trouble trouble = troubles.of(job, pod(job, context).orElse(null), now);
    switch (trouble) {
      case Trouble.Dead _ when PodTrouble.since(job).plus(BEFORE_RETRY).isBefore(now) ->
          client.resource(job).delete();
      case Trouble.Waits waits when waits.reason().equals(PodTrouble.NO_SECRET) ->
          Creation.ensure(TokenSecret.of(job, aggregator.siteToken(place.site())), client);
      default -> {}
    }
    return new Made(announced, trouble instanceof Trouble.None ? COUNTING : trouble, null);
  }

  private static Optional<Pod> pod(Job job, Context<Site> context) {
    return context.getSecondaryResources(Pod.class).stream()
        .filter(
            pod ->
                pod.getMetadata().getOwnerReferences().stream()
                    .anyMatch(owner -> owner.getUid().equals(job.getMetadata().getUid())))
        .findFirst();
  }

  private SiteStatus status(Site resource, Made made, Context<Site> context) {
    Instant now = clock.instant();
    return new SiteProgress(resource, now)
        .show(
            view(resource).orElse(null),
            made.announced(),
            made.trouble(),
            made.refusal(),
            context.getSecondaryResources(Deployment.class));
  }

  private Optional<SiteView> view(Site resource) {
    try {
      return aggregator.site(new SiteId(resource.getMetadata().getName()));
    } catch (KumiaiException.Invalid e) {
      return Optional.empty();
    }
  }

  /// Takes away what was made for the site. What the aggregator knows of it, its claims and what is
  /// on them stay.
  @Override
  public DeleteControl cleanup(Site resource, Context<Site> context) {
    KubernetesClient client = context.getClient();
    Set<Job> jobs = context.getSecondaryResources(Job.class);
    Set<Deployment> deployments = context.getSecondaryResources(Deployment.class);
    jobs.forEach(job -> client.resource(job).delete());
    deployments.forEach(deployment -> client.resource(deployment).delete());
    if (watch.reaches(Place.namespace(resource))) {
      client
          .resources(NetworkPolicy.class)
          .inNamespace(Place.namespace(resource))
          .withName(SiteObjects.policyName(resource.getMetadata().getName()))
          .delete();
    }
    boolean gone =
        jobs.isEmpty()
            && deployments.isEmpty()
            && context.getSecondaryResources(Pod.class).isEmpty();
    return gone
        ? DeleteControl.defaultDelete()
        : DeleteControl.noFinalizerRemoval().rescheduleAfter(SOON);
  }
}
