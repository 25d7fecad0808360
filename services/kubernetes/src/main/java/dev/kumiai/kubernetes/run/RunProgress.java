package dev.kumiai.kubernetes.run;

import dev.kumiai.kubernetes.Conditions;
import dev.kumiai.kubernetes.Names;
import dev.kumiai.kubernetes.Times;
import dev.kumiai.kubernetes.job.Waiting;
import dev.kumiai.kubernetes.resource.FederatedRun;
import dev.kumiai.kubernetes.resource.FederatedRunStatus;
import dev.kumiai.kubernetes.resource.FederatedRunStatus.RoundSummary;
import dev.kumiai.protocol.run.RoundView;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.TaskView;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a FederatedRun shows.
final class RunProgress {

  static final String ACCEPTED = "Accepted";
  static final String GENERATED = "Generated";
  static final String PROGRESSING = "Progressing";
  static final String SUSPENDED = "Suspended";
  static final String SUCCEEDED = "Succeeded";
  static final String FAILED = "Failed";

  private static final String PENDING = "Pending";
  private static final int LAST_ROUNDS = 5;
  private static final double MILLIS = 1_000.0;

  private RunProgress() {}

  /// Before the aggregator has taken it.
  ///
  /// @param ready how many of its sites the aggregator knows, of how many, such as 2/3
  static FederatedRunStatus pending(
      FederatedRun run, String reason, String message, String ready, Instant now) {
    FederatedRunStatus before = run.getStatus();
    Conditions conditions =
        new Conditions(
                before == null ? null : before.conditions(), run.getMetadata().getGeneration(), now)
            .set(ACCEPTED, false, reason, message);
    return new FederatedRunStatus(
        null,
        PENDING,
        null,
        run.getSpec().rounds(),
        null,
        null,
        ready,
        null,
        null,
        null,
        message,
        null,
        null,
        null,
        null,
        null,
        conditions.list());
  }

  /// What was seen of a run.
  ///
  /// @param quarantined how many of its sites may not take part for now
  /// @param rounds those that count
  /// @param observedSuspend the newest spec.suspend that was acted upon
  /// @param specDigest of the spec that the run was started with
  /// @param acceptance what is to be said of the spec, beside that it was accepted; null for
  ///   nothing
  /// @param waiting why tasks wait
  record Seen(
      RunView run,
      int quarantined,
      List<RoundView> rounds,
      boolean observedSuspend,
      String specDigest,
      @Nullable String acceptance,
      List<Waiting> waiting) {}

  /// Of a run.
  static FederatedRunStatus of(FederatedRun resource, Seen seen, Instant now) {
    RunView run = seen.run();
    FederatedRunStatus before = resource.getStatus();
    Conditions conditions =
        new Conditions(
            before == null ? null : before.conditions(),
            resource.getMetadata().getGeneration(),
            now);
    accepted(conditions, run, seen.acceptance());
    generated(conditions, run, seen.rounds());
    progressing(conditions, run, seen.waiting());
    ended(conditions, run);
    int sites = run.spec().sites().size();
    return new FederatedRunStatus(
        run.run().value(),
        run.phase().name(),
        run.round(),
        run.spec().rounds(),
        run.round() + "/" + run.spec().rounds(),
        sites,
        (sites - seen.quarantined()) + "/" + sites,
        run.accuracy(),
        run.model() == null ? null : run.model().toString(),
        run.spec().strategy().name().name(),
        reason(run, seen.waiting()),
        Times.seconds(run.created()),
        run.finished() == null ? null : Times.seconds(run.finished()),
        seen.observedSuspend(),
        seen.specDigest(),
        lastRounds(seen.rounds()),
        conditions.list());
  }

  private static @Nullable String reason(RunView run, List<Waiting> waiting) {
    return run.reason() != null ? run.reason() : waiting.isEmpty() ? null : joined(waiting);
  }

  private static String joined(List<Waiting> waiting) {
    return waiting.stream().map(Waiting::toString).collect(Collectors.joining("; "));
  }

  private static void accepted(Conditions conditions, RunView run, @Nullable String acceptance) {
    if (acceptance == null) {
      conditions.set(ACCEPTED, true, "RunCreated", "run " + run.run());
    } else {
      conditions.set(ACCEPTED, true, "SpecChangeIgnored", acceptance);
    }
  }

  private static void generated(Conditions conditions, RunView run, List<RoundView> rounds) {
    if (run.spec().generation() == null) {
      conditions.set(GENERATED, true, "NothingToGenerate", "the run generates nothing");
      return;
    }
    boolean done =
        rounds.stream().anyMatch(r -> r.round() == 0 && r.finished() != null && r.model() != null)
            && run.phase() != RunPhase.INITIALIZING
            && run.phase() != RunPhase.GENERATING;
    if (done) {
      conditions.set(GENERATED, true, "SetsStored", "every site has its generated set");
    } else {
      conditions.set(GENERATED, false, "Generating", "the sites' generated sets are not all there");
    }
  }

  private static void progressing(Conditions conditions, RunView run, List<Waiting> waiting) {
    boolean onHold = run.phase() == RunPhase.SUSPENDED;
    conditions.set(
        SUSPENDED,
        onHold,
        onHold ? "OnHold" : "NotOnHold",
        onHold ? Objects.requireNonNullElse(run.reason(), "") : "");
    boolean going = !run.phase().isTerminal() && !onHold;
    if (going && !waiting.isEmpty()) {
      conditions.set(PROGRESSING, false, waiting.getFirst().reason(), joined(waiting));
    } else {
      conditions.set(PROGRESSING, going, Names.camel(run.phase().name()), at(run));
    }
  }

  private static void ended(Conditions conditions, RunView run) {
    if (run.phase() == RunPhase.SUCCEEDED) {
      conditions.set(SUCCEEDED, true, "LastRoundDone", "model " + run.model());
    } else {
      conditions.set(SUCCEEDED, false, Names.camel(run.phase().name()), at(run));
    }
    if (run.phase() == RunPhase.FAILED || run.phase() == RunPhase.CANCELLED) {
      conditions.set(
          FAILED,
          true,
          Names.camel(run.phase().name()),
          Objects.requireNonNullElse(run.reason(), ""));
    } else {
      conditions.set(FAILED, false, "NotFailed", "");
    }
  }

  private static String at(RunView run) {
    return "round %d of %d".formatted(run.round(), run.spec().rounds());
  }

  private static List<RoundSummary> lastRounds(List<RoundView> rounds) {
    return rounds.stream()
        .filter(round -> round.round() > 0)
        .sorted(Comparator.comparingInt(RoundView::round).reversed())
        .limit(LAST_ROUNDS)
        .map(
            round ->
                new RoundSummary(
                    round.round(), round.accuracy(), updates(round), duration(round).orElse(null)))
        .toList();
  }

  private static Integer updates(RoundView round) {
    return (int)
        round.tasks().stream()
            .filter(task -> task.examples() != null && task.state() == TaskView.State.SUCCEEDED)
            .count();
  }

  private static Optional<Double> duration(RoundView round) {
    return Optional.ofNullable(round.finished())
        .map(finished -> Duration.between(round.started(), finished).toMillis() / MILLIS);
  }
}
