package dev.kumiai.aggregation;

import dev.kumiai.killpoints.Point;
import dev.kumiai.killpoints.Point.Where;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Where the aggregator, or its database, is killed; and what is at stake there.
enum KillPoint {
  UPLOAD_BODY("model.Uploads", "stream", Where.AFTER, "write", 3, "A body is half on the disk."),
  UPLOAD_WHOLE(
      "model.Uploads", "receive", Where.RETURN, "The body is durable, nobody has looked at it."),
  UPLOAD_CHECKED(
      "model.Upload", "requireWeights", Where.RETURN, "The update is good and not kept yet."),
  UPLOAD_KEEPING(
      "store.DirectoryArtifacts", "keep", Where.ENTRY, "The update is about to get its name."),
  UPLOAD_RENAMED(
      "store.DirectoryArtifacts",
      "keep",
      Where.AFTER,
      "move",
      1,
      "The file has its name, the folder is not forced to the disk."),
  UPLOAD_KEPT(
      "model.Models", "keep", Where.RETURN, "The file is kept, the database knows nothing of it."),
  UPLOAD_RECORDED(
      "task.AcceptWeights",
      "record",
      Where.RETURN,
      "The update is written into the database and not committed."),
  UPLOAD_COMMITTED(
      "task.AcceptWeights",
      "accept",
      Where.RETURN,
      "The update counts, and the site was not told so: it sends it again."),
  TASKS_ADDED(
      "store.JpaTaskStore", "add", Where.RETURN, "A stage's tasks are written, not committed."),
  TASK_LEASED(
      "task.ClaimTask", "lease", Where.RETURN, "A task is leased to a worker, not committed."),
  TASK_CLAIMED(
      "task.ClaimTask",
      "claimNow",
      Where.RETURN,
      2,
      "A task is leased to a worker that will never hear of it."),
  MODEL_SENT("rest.ModelDownload", "send", Where.RETURN, "A site is about to get its model."),
  STAGE_CLOSING(
      "round.RunSteps", "reached", Where.ENTRY, 2, "All have answered; the stage is still open."),
  ROUND_CLOSED(
      "round.RoundClaims",
      "claim",
      Where.ENTRY,
      "Which updates count is fixed, nothing is summed."),
  ROUND_CLAIMED(
      "round.AggregateRound", "aggregate", Where.ENTRY, "The round is claimed by who dies now."),
  AGGREGATING(
      "dev.kumiai.core.strategy.Slab", "write", Where.RETURN, "The next model is half written."),
  STATE_KEPT(
      "model.Draft", "keep", Where.RETURN, "The strategy's state is kept, the model is not."),
  MODEL_KEPT(
      "round.AggregateRound", "aggregate", Where.RETURN, "The model is kept, nobody knows it."),
  ROUND_RECORDED(
      "round.RunSteps", "aggregated", Where.RETURN, "The new round is written, not committed."),
  ROUND_COMMITTED(
      "round.RunEngine", "aggregateClaimed", Where.RETURN, "The new round has no tasks yet."),
  LEDGER_APPENDED(
      "store.LedgerRows",
      "insert",
      Where.RETURN,
      12,
      "The ledger has the entries of a change that is not committed."),
  EVENT_WRITTEN(
      "event.EventWriter",
      "write",
      Where.RETURN,
      12,
      "The outbox has an event of a change that is not committed."),
  EVENTS_PLACED(
      "store.JpaOutbox",
      "givePlaces",
      Where.RETURN,
      6,
      "Events have their places in the order of all, not committed."),
  EVALUATION_TAKEN(
      "task.Attempts", "report", Where.RETURN, 3, "A measurement is written, not committed."),
  RUN_ENDING(
      "round.RunSteps", "evaluated", Where.RETURN, 2, "The run's end is written, not committed."),
  STARTING("store.DatabaseTime", "start", Where.ENTRY, "The schema is there, nothing has begun."),
  CLEANING_UP(
      "store.TemporaryFolder",
      "remove",
      Where.ENTRY,
      "What another killed process left is removed.");

  private final String type;
  private final String method;
  private final Where where;
  private final @Nullable String callee;
  private final int times;
  private final String stake;

  KillPoint(String type, String method, Where where, String stake) {
    this(type, method, where, null, 1, stake);
  }

  KillPoint(String type, String method, Where where, int times, String stake) {
    this(type, method, where, null, times, stake);
  }

  KillPoint(
      String type, String method, Where where, @Nullable String callee, int times, String stake) {
    this.type = type.startsWith("dev.") ? type : "dev.kumiai.aggregation." + type;
    this.method = method;
    this.where = where;
    this.callee = callee;
    this.times = times;
    this.stake = stake;
  }

  static List<Point> all() {
    return Stream.of(values())
        .map(kill -> new Point(kill.name(), kill.type, kill.method, kill.where, kill.callee))
        .toList();
  }

  /// How often it is reached in an undisturbed run before it kills, that time included.
  int times() {
    return times;
  }

  /// Whether it lies before the aggregator listens.
  boolean isAtStart() {
    return this == STARTING || this == CLEANING_UP;
  }

  @Override
  public String toString() {
    return name() + ": " + stake;
  }
}
