package dev.kumiai.protocol.event;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Optional;

/// What can happen. The names are part of the public interface: none changes its meaning.
public enum EventType {
  RUN_CREATED("run.created"),
  /// On to another stage that has no type of its own, or back in one after it was on hold.
  RUN_STAGE_ENTERED("run.stage-entered"),
  RUN_SUSPENDED("run.suspended"),
  RUN_SUCCEEDED("run.succeeded"),
  RUN_FAILED("run.failed"),
  RUN_CANCELLED("run.cancelled"),

  ROUND_STARTED("round.started"),
  /// Which updates count is fixed.
  ROUND_CLOSED("round.closed"),
  /// The round's model is there.
  ROUND_AGGREGATED("round.aggregated"),
  /// Nothing more happens in the round.
  ROUND_FINISHED("round.finished"),

  TASK_CREATED("task.created"),
  TASK_CLAIMED("task.claimed"),
  TASK_SUCCEEDED("task.succeeded"),
  /// An attempt failed; another one follows.
  TASK_RETRIED("task.retried"),
  /// Given up.
  TASK_FAILED("task.failed"),
  TASK_CANCELLED("task.cancelled"),

  SITE_ENROLLED("site.enrolled"),
  /// Said what it holds.
  SITE_ANNOUNCED("site.announced"),
  /// Takes part in its run no more.
  SITE_QUARANTINED("site.quarantined"),

  REQUEST_ACCEPTED("run.request-accepted"),
  REQUEST_REFUSED("run.request-refused"),

  /// Somebody did something.
  AUDIT("audit.recorded");

  private static final String PREFIX = "dev.kumiai.";

  private final String type;

  EventType(String name) {
    this.type = PREFIX + name;
  }

  /// As in the `type` of a CloudEvent.
  @JsonValue
  public String type() {
    return type;
  }

  public static Optional<EventType> of(String type) {
    return Arrays.stream(values()).filter(known -> known.type.equals(type)).findFirst();
  }
}
