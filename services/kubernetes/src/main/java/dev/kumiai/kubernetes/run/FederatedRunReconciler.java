package dev.kumiai.kubernetes.run;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.kubernetes.Aggregator;
import dev.kumiai.kubernetes.Names;
import dev.kumiai.kubernetes.ObjectEvents;
import dev.kumiai.kubernetes.RunSignals;
import dev.kumiai.kubernetes.Shown;
import dev.kumiai.kubernetes.job.JobLauncher;
import dev.kumiai.kubernetes.job.JobSettings;
import dev.kumiai.kubernetes.job.JobWatch;
import dev.kumiai.kubernetes.job.Labels;
import dev.kumiai.kubernetes.job.Waiting;
import dev.kumiai.kubernetes.resource.Executor;
import dev.kumiai.kubernetes.resource.FederatedRound;
import dev.kumiai.kubernetes.resource.FederatedRun;
import dev.kumiai.kubernetes.resource.FederatedRunStatus;
import dev.kumiai.protocol.run.RoundSpec;
import dev.kumiai.protocol.run.RoundView;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunView;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Brings runs to where their resources want them, and shows how they are.
///
/// Everything that lasts is the aggregator's: this may be ended and begun again at any point.
@Singleton
@ControllerConfiguration(name = "federatedruns", finalizerName = "kumiai.dev/run")
public class FederatedRunReconciler implements Reconciler<FederatedRun>, Cleaner<FederatedRun> {

  private static final Logger LOG = Logger.getLogger(FederatedRunReconciler.class);

  private static final String BY_RUN = "by-run";

  /// What another replica changed is seen then, and pods that wait are looked at.
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

  /// A site may enrol, or a mistake be mended elsewhere.
  private static final Duration ASK_AGAIN = Duration.ofSeconds(10);

  private static final Duration WHILE_LEAVING = Duration.ofSeconds(1);
  private static final String HELD = "spec.suspend of its FederatedRun is true";

  private final Aggregator aggregator;
  private final Acceptance acceptance;
  private final JobLauncher launcher;
  private final JobSettings settings;
  private final RoundHistory history;
  private final JobWatch jobWatch;
  private final RunSignals signals;
  private final ObjectEvents events;
  private final Clock clock;

  FederatedRunReconciler(
      Aggregator aggregator,
      Acceptance acceptance,
      JobLauncher launcher,
      JobSettings settings,
      RoundHistory history,
      JobWatch jobWatch,
      RunSignals signals,
      ObjectEvents events,
      Clock clock) {
    this.aggregator = aggregator;
    this.acceptance = acceptance;
    this.launcher = launcher;
    this.settings = settings;
    this.history = history;
    this.jobWatch = jobWatch;
    this.signals = signals;
    this.events = events;
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, FederatedRun>> prepareEventSources(
      EventSourceContext<FederatedRun> context) {
    context
        .getPrimaryCache()
        .addIndexers(
            Map.of(
                BY_RUN,
                run ->
                    run.getStatus() == null || run.getStatus().run() == null
                        ? List.of()
                        : List.of(run.getStatus().run())));
    SimpleInboundEventSource<FederatedRun> changes = new SimpleInboundEventSource<>("run-changes");
    signals.listen(
        "federatedruns",
        run ->
            context.getPrimaryCache().byIndex(BY_RUN, run.value()).stream()
                .map(ResourceID::fromResource)
                .forEach(changes::propagateEvent));
    return List.of(
        changes,
        new InformerEventSource<>(
            jobWatch.of(Job.class, FederatedRun.class, Labels.FOR_RUN), context),
        new InformerEventSource<>(
            jobWatch.of(Pod.class, FederatedRun.class, Labels.FOR_RUN), context),
        new InformerEventSource<>(rounds(), context));
  }

  private static InformerEventSourceConfiguration<FederatedRound> rounds() {
    return InformerEventSourceConfiguration.from(FederatedRound.class, FederatedRun.class)
        .withName("federated-rounds")
        .withNamespacesInheritedFromController()
        .withSecondaryToPrimaryMapper(
            round ->
                Set.of(
                    new ResourceID(
                        round.getSpec().runRef().name(), round.getMetadata().getNamespace())))
        .build();
  }

  @Override
  public UpdateControl<FederatedRun> reconcile(
      FederatedRun resource, Context<FederatedRun> context) {
    Optional<RunView> known = acceptance.find(resource);
    if (known.isEmpty() && hasExpired(resource)) {
      return UpdateControl.noUpdate();
    }
    RunView run;
    if (known.isPresent()) {
      run = known.get();
    } else {
      switch (acceptance.accept(resource, context.getClient())) {
        case Acceptance.Outcome.Accepted accepted -> run = accepted.run();
        case Acceptance.Outcome.Refused refused -> {
          return shown(resource, refused.status(), ASK_AGAIN);
        }
      }
    }
    return follow(resource, run, context);
  }

  private UpdateControl<FederatedRun> follow(
      FederatedRun resource, RunView found, Context<FederatedRun> context) {
    Obeyed obeyed = obey(resource, found);
    RunView run = obeyed.run();
    List<Waiting> waiting = launch(resource, run, context);
    List<RoundView> rounds = aggregator.rounds(run.run());
    history.show(
        resource,
        run,
        rounds,
        context.getSecondaryResources(FederatedRound.class),
        context.getClient());
    FederatedRunStatus before = resource.getStatus();
    String digest = RestSpec.digest(resource);
    String started = before == null || before.specDigest() == null ? digest : before.specDigest();
    RunProgress.Seen seen =
        new RunProgress.Seen(
            run,
            aggregator.quarantined(run.run()),
            rounds,
            Boolean.TRUE.equals(resource.getSpec().suspend()),
            started,
            digest.equals(started) ? obeyed.refusal() : Acceptance.FIXED,
            waiting);
    FederatedRunStatus status = RunProgress.of(resource, seen, clock.instant());
    tell(resource, before, status);
    if (run.phase().isTerminal()) {
      return ended(resource, run, status, context);
    }
    return shown(resource, status, LOOK_AGAIN);
  }

  /// What became of the parts of a spec that may change.
  ///
  /// @param refusal why one of them changes nothing; null where all do what they say
  private record Obeyed(RunView run, @Nullable String refusal) {}

  /// Does what the parts of the spec want that may change. What somebody did by REST stays until
  /// the spec changes.
  private Obeyed obey(FederatedRun resource, RunView run) {
    if (run.phase().isTerminal()) {
      return new Obeyed(run, null);
    }
    try {
      return new Obeyed(triggered(resource, held(resource, run)), null);
    } catch (KumiaiException.Conflict e) {
      // It ended meanwhile, or its rounds have no beginning that could be triggered.
      return new Obeyed(aggregator.run(run.run()), e.getMessage());
    }
  }

  private RunView held(FederatedRun resource, RunView run) {
    boolean wanted = Boolean.TRUE.equals(resource.getSpec().suspend());
    FederatedRunStatus before = resource.getStatus();
    boolean observed = before != null && Boolean.TRUE.equals(before.observedSuspend());
    if (wanted && !observed && run.phase() != RunPhase.SUSPENDED) {
      return aggregator.suspend(run.run(), HELD);
    }
    return !wanted && observed && run.phase() == RunPhase.SUSPENDED
        ? aggregator.resume(run.run())
        : run;
  }

  private RunView triggered(FederatedRun resource, RunView run) {
    RoundSpec.Trigger trigger = RestSpec.trigger(resource.getSpec());
    return trigger == run.spec().round().trigger() ? run : aggregator.trigger(run.run(), trigger);
  }

  private List<Waiting> launch(FederatedRun resource, RunView run, Context<FederatedRun> context) {
    if (RestSpec.executor(resource.getSpec()) != Executor.JOBS || run.phase().isTerminal()) {
      return List.of();
    }
    JobLauncher.Present present = present(context);
    try {
      return launcher.launch(
          resource, run, settings.of(resource, run, context.getClient()), present);
    } catch (KumiaiException.Invalid e) {
      events.warning(resource, "RuntimeInvalid", String.valueOf(e.getMessage()));
      return List.of(
          new Waiting(
              run.spec().sites().getFirst(), "RuntimeInvalid", String.valueOf(e.getMessage())));
    }
  }

  private static JobLauncher.Present present(Context<FederatedRun> context) {
    return new JobLauncher.Present(
        context.getSecondaryResources(Job.class), context.getSecondaryResources(Pod.class));
  }

  private UpdateControl<FederatedRun> ended(
      FederatedRun resource,
      RunView run,
      FederatedRunStatus status,
      Context<FederatedRun> context) {
    Integer ttl = resource.getSpec().ttlSecondsAfterFinished();
    if (launcher.leave(context.getSecondaryResources(Job.class))) {
      return shown(resource, status, LOOK_AGAIN);
    }
    if (ttl == null) {
      return shown(resource, status, null);
    }
    Instant end = Objects.requireNonNull(run.finished()).plusSeconds(ttl);
    if (!end.isAfter(clock.instant())) {
      LOG.infof("resource of a run deleted, its time is over run=%s", run.run());
      context.getClient().resource(resource).delete();
      return UpdateControl.noUpdate();
    }
    return shown(resource, status, Duration.between(clock.instant(), end).plusSeconds(1));
  }

  /// Its run is gone from the aggregator, or was never there, and it was over.
  private static boolean hasExpired(FederatedRun resource) {
    return resource.getStatus() != null && resource.getStatus().completionTime() != null;
  }

  private static UpdateControl<FederatedRun> shown(
      FederatedRun resource, FederatedRunStatus status, @Nullable Duration again) {
    return Shown.status(resource, new FederatedRun(), status, again);
  }

  /// News, each once.
  private void tell(
      FederatedRun resource, @Nullable FederatedRunStatus before, FederatedRunStatus now) {
    String phase = before == null ? null : before.phase();
    String newPhase = String.valueOf(now.phase());
    Integer round = before == null ? null : before.round();
    if (!Objects.equals(phase, now.phase())) {
      String message = now.reason() == null ? story(now) : now.reason();
      if (RunPhase.FAILED.name().equals(now.phase())
          || RunPhase.SUSPENDED.name().equals(now.phase())) {
        events.warning(resource, Names.camel(newPhase), message);
      } else {
        events.normal(resource, Names.camel(newPhase), message);
      }
    } else if (!Objects.equals(round, now.round())) {
      events.normal(
          resource, "RoundStarted", "round %s of %s".formatted(now.round(), now.rounds()));
    }
    String reason = before == null ? null : before.reason();
    if (Objects.equals(phase, now.phase())
        && now.reason() != null
        && !Objects.equals(reason, now.reason())) {
      events.warning(resource, "Waiting", now.reason());
    }
  }

  private static String story(FederatedRunStatus now) {
    String at = "round %s of %s".formatted(now.round(), now.rounds());
    return now.accuracy() == null
        ? at
        : String.format(
            Locale.ROOT, "%s, accuracy %.4f, model %s", at, now.accuracy(), now.modelDigest());
  }

  /// Ends the run and takes away what was made for it; its record stays with the aggregator.
  @Override
  public DeleteControl cleanup(FederatedRun resource, Context<FederatedRun> context) {
    acceptance
        .find(resource)
        .filter(run -> !run.phase().isTerminal())
        .map(RunView::run)
        .ifPresent(this::cancel);
    JobLauncher.Present present = present(context);
    if (present.jobs().isEmpty() && present.pods().isEmpty()) {
      return DeleteControl.defaultDelete();
    }
    launcher.deleteAll(present.jobs());
    return DeleteControl.noFinalizerRemoval().rescheduleAfter(WHILE_LEAVING);
  }

  private void cancel(RunId run) {
    try {
      aggregator.cancel(run);
    } catch (KumiaiException.Conflict e) {
      LOG.debugf("run=%s was over already: %s", run, e.getMessage());
    }
  }
}
