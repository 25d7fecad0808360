package dev.kumiai.cli.run;

import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.run.RoundView;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunSiteView;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.TaskView;
import dev.kumiai.protocol.task.TaskReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// A run, its rounds and its sites at one moment.
///
/// @param sites empty where nobody asked for them
public record Snapshot(RunView run, List<RoundView> rounds, List<RunSiteView> sites) {

  public Snapshot {
    rounds = List.copyOf(rounds);
    sites = List.copyOf(sites);
  }

  public Snapshot(RunView run, List<RoundView> rounds) {
    this(run, rounds, List.of());
  }

  /// Every task of the run, the oldest round first.
  Stream<TaskView> tasks() {
    return rounds.stream().flatMap(round -> round.tasks().stream());
  }

  Stream<TaskView> tasks(SiteId site, TaskKind kind) {
    return tasks().filter(task -> task.site().equals(site) && task.kind() == kind);
  }

  /// The rounds of training that are over, the first one first.
  List<RoundView> finishedRounds() {
    return rounds.stream().filter(round -> round.round() > 0 && round.finished() != null).toList();
  }

  /// Private samples per class of a site; empty where the aggregator does not know them.
  Map<String, Integer> privateCounts(SiteId site) {
    return tasks()
        .filter(task -> task.site().equals(site) && isAtHome(task.kind()))
        .map(TaskView::privateData)
        .filter(Objects::nonNull)
        .findFirst()
        .map(counts -> Map.copyOf(counts.perClass()))
        .orElse(Map.of());
  }

  /// An evaluating site's counts are those of the test set.
  private static boolean isAtHome(TaskKind kind) {
    return kind == TaskKind.GENERATE || kind == TaskKind.TRAIN;
  }

  /// What a site generated; empty where it did not, or has not yet.
  Optional<TaskReport.Generated> generated(SiteId site) {
    return tasks(site, TaskKind.GENERATE)
        .map(TaskView::report)
        .filter(TaskReport.Generated.class::isInstance)
        .map(TaskReport.Generated.class::cast)
        .findFirst();
  }

  /// Time that a site spent in tasks of a kind: of each, the newest attempt.
  Duration spent(SiteId site, TaskKind kind) {
    return tasks(site, kind)
        .map(task -> between(task.started(), task.finished()))
        .flatMap(Optional::stream)
        .reduce(Duration.ZERO, Duration::plus);
  }

  static Optional<Duration> between(
      @org.jspecify.annotations.Nullable Instant from,
      @org.jspecify.annotations.Nullable Instant to) {
    return from == null || to == null ? Optional.empty() : Optional.of(Duration.between(from, to));
  }

  boolean isOver() {
    return run.phase().isTerminal();
  }

  public boolean succeeded() {
    return run.phase() == RunPhase.SUCCEEDED;
  }
}
