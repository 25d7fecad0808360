package dev.kumiai.kubernetes.round;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.kubernetes.Aggregator;
import dev.kumiai.kubernetes.ObjectEvents;
import dev.kumiai.kubernetes.ResourceKey;
import dev.kumiai.kubernetes.Shown;
import dev.kumiai.kubernetes.job.Labels;
import dev.kumiai.kubernetes.resource.FederatedRound;
import dev.kumiai.kubernetes.resource.FederatedRoundStatus;
import dev.kumiai.kubernetes.resource.FederatedRun;
import dev.kumiai.protocol.run.RoundSpec;
import dev.kumiai.protocol.run.RoundView;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunView;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Starts the rounds that FederatedRounds ask for, each once, one after the other, and shows how
/// rounds are.
///
/// A resource takes its number first and starts the round then, so that a crash between the two
/// starts that round and no other.
@Singleton
@ControllerConfiguration(name = "federatedrounds")
public class FederatedRoundReconciler implements Reconciler<FederatedRound> {

  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
  private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

  private final Aggregator aggregator;
  private final TakenRounds taken;
  private final ObjectEvents events;
  private final Clock clock;

  FederatedRoundReconciler(
      Aggregator aggregator, TakenRounds taken, ObjectEvents events, Clock clock) {
    this.aggregator = aggregator;
    this.taken = taken;
    this.events = events;
    this.clock = clock;
  }

  @Override
  public UpdateControl<FederatedRound> reconcile(
      FederatedRound resource, Context<FederatedRound> context) {
    FederatedRoundStatus before = resource.getStatus();
    if (before != null && before.completionTime() != null) {
      return UpdateControl.noUpdate();
    }
    Instant now = clock.instant();
    String name = resource.getSpec().runRef().name();
    FederatedRun owner =
        context
            .getClient()
            .resources(FederatedRun.class)
            .inNamespace(resource.getMetadata().getNamespace())
            .withName(name)
            .get();
    if (owner == null) {
      return shown(
          resource,
          RoundProgress.waiting(
              resource,
              "there is no FederatedRun '%s' in namespace %s: create it, or correct spec.runRef"
                  .formatted(name, resource.getMetadata().getNamespace()),
              now),
          ASK_AGAIN);
    }
    Optional<RunView> run = aggregator.find(ResourceKey.of(owner));
    if (run.isEmpty()) {
      return shown(
          resource,
          RoundProgress.waiting(resource, "run '%s' was not accepted yet".formatted(name), now),
          ASK_AGAIN);
    }
    return (before != null && before.round() != null) || isRecorded(resource)
        ? follow(resource, run.get())
        : trigger(resource, run.get(), context);
  }

  private static boolean isRecorded(FederatedRound resource) {
    return resource.getMetadata().getAnnotations() != null
        && resource.getMetadata().getAnnotations().containsKey(Labels.INCARNATION);
  }

  /// Takes the next round, when it can start.
  private UpdateControl<FederatedRound> trigger(
      FederatedRound resource, RunView run, Context<FederatedRound> context) {
    Instant now = clock.instant();
    if (run.phase().isTerminal()) {
      return refuse(resource, "RunOver", "the run is over: no round can start", now);
    }
    if (run.spec().round().trigger() != RoundSpec.Trigger.MANUAL) {
      return refuse(
          resource,
          "RoundsStartByThemselves",
          "rounds of this run start by themselves: set roundTrigger of its FederatedRun to manual first",
          now);
    }
    int next = run.round() + 1;
    Integer wanted = resource.getSpec().round();
    if (wanted != null && wanted < next) {
      return refuse(resource, "RoundDone", "round %d has started already".formatted(wanted), now);
    }
    if (run.phase() != RunPhase.READY || (wanted != null && wanted > next)) {
      return shown(
          resource,
          RoundProgress.waiting(
              resource,
              "the run is %s, at round %d: this one starts when it is READY%s"
                  .formatted(
                      run.phase(), run.round(), wanted == null ? "" : " for round " + wanted),
              now),
          LOOK_AGAIN);
    }
    if (!taken.take(resource, next, run.incarnation(), context.getPrimaryCache())) {
      return shown(
          resource,
          RoundProgress.waiting(resource, "another FederatedRound starts round " + next, now),
          LOOK_AGAIN);
    }
    return shown(
        resource,
        RoundProgress.claimed(resource, next, run.incarnation(), now),
        Duration.ofMillis(1));
  }

  private UpdateControl<FederatedRound> refuse(
      FederatedRound resource, String reason, String why, Instant now) {
    events.warning(resource, reason, why);
    return shown(resource, RoundProgress.refused(resource, reason, why, now), null);
  }

  private UpdateControl<FederatedRound> follow(FederatedRound resource, RunView run) {
    int number = number(resource);
    int incarnation = incarnation(resource);
    Instant now = clock.instant();
    Optional<RoundView> round =
        aggregator.rounds(run.run()).stream()
            .filter(r -> r.round() == number && r.incarnation() == incarnation)
            .findFirst();
    if (round.isPresent()) {
      FederatedRoundStatus status = RoundProgress.of(resource, run, round.get(), now);
      tell(resource, status);
      return shown(resource, status, status.completionTime() == null ? LOOK_AGAIN : null);
    }
    if (run.phase().isTerminal() || run.incarnation() != incarnation) {
      return refuse(
          resource, "RunOver", "the run was over, or was retried, before the round started", now);
    }
    if (!isRecorded(resource)) {
      try {
        aggregator.startRound(run.run(), number);
      } catch (KumiaiException.Conflict e) {
        return shown(
            resource, RoundProgress.claimed(resource, number, incarnation, now), LOOK_AGAIN);
      }
    }
    return UpdateControl.<FederatedRound>noUpdate().rescheduleAfter(LOOK_AGAIN);
  }

  private static int number(FederatedRound resource) {
    FederatedRoundStatus status = resource.getStatus();
    return status != null && status.round() != null
        ? status.round()
        : Objects.requireNonNull(resource.getSpec().round());
  }

  private static int incarnation(FederatedRound resource) {
    FederatedRoundStatus status = resource.getStatus();
    return status != null && status.incarnation() != null
        ? status.incarnation()
        : Integer.parseInt(resource.getMetadata().getAnnotations().get(Labels.INCARNATION));
  }

  private void tell(FederatedRound resource, FederatedRoundStatus now) {
    FederatedRoundStatus before = resource.getStatus();
    if (before == null || !Objects.equals(before.phase(), now.phase())) {
      String message = "round %d: %s sites".formatted(now.round(), now.sites());
      if (RoundProgress.FAILED.equals(now.phase())) {
        events.warning(resource, "RoundFailed", String.valueOf(now.reason()));
      } else {
        events.normal(resource, "Round" + now.phase(), message);
      }
    }
  }

  private static UpdateControl<FederatedRound> shown(
      FederatedRound resource, FederatedRoundStatus status, @Nullable Duration again) {
    return Shown.status(resource, new FederatedRound(), status, again);
  }
}
