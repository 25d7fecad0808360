package dev.kumiai.acceptance;

import dev.kumiai.killpoints.Point;
import dev.kumiai.killpoints.Point.Where;
import java.util.List;
import java.util.stream.Stream;

/// Where a site's worker is killed; and what is at stake there.
enum WorkerKillPoint {
  ANNOUNCED(
      "protocol.client.SiteClient", "announce", Where.RETURN, 1, "The site is enrolled, no more."),
  TASK_BEGUN("worker.Attempt", "begin", Where.RETURN, 2, "A task is claimed, nothing is done."),
  MODEL_HALF_HERE(
      "protocol.client.FileBody", "onNext", Where.RETURN, 1, "The model has begun to arrive."),
  TRAINING("worker.Attempt", "progress", Where.ENTRY, 6, "Training is between two batches."),
  HEARTBEATS_BEGIN(
      "worker.Attempt", "beat", Where.ENTRY, 2, "The heartbeats of a task are about to begin."),
  TRAINED("worker.Attempt", "perform", Where.RETURN, 2, "The update is made and not sent."),
  UPLOADING("protocol.client.Upload$1", "read", Where.RETURN, 2, "The update has begun to leave."),
  ANSWERED(
      "protocol.client.AggregatorHttp",
      "exchange",
      Where.RETURN,
      4,
      "The aggregator has answered, the worker has not read it."),
  UPLOADED(
      "protocol.client.SiteClient",
      "upload",
      Where.RETURN,
      2,
      "The aggregator has the update, the worker has not noted that.");

  private final String type;
  private final String method;
  private final Where where;
  private final int times;
  private final String stake;

  WorkerKillPoint(String type, String method, Where where, int times, String stake) {
    this.type = "dev.kumiai." + type;
    this.method = method;
    this.where = where;
    this.times = times;
    this.stake = stake;
  }

  static List<Point> all() {
    return Stream.of(values())
        .map(kill -> new Point(kill.name(), kill.type, kill.method, kill.where, null))
        .toList();
  }

  /// How often it is reached before it kills, that time included.
  int times() {
    return times;
  }

  /// Whether it lies before the worker asks for work.
  boolean isAtStart() {
    return this == ANNOUNCED;
  }

  @Override
  public String toString() {
    return name() + ": " + stake;
  }
}
