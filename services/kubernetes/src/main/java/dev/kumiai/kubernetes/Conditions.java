package dev.kumiai.kubernetes;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The conditions of a resource: what was, with what is now. A condition keeps the time at which
/// its status last changed.
public final class Conditions {

  private static final int LONGEST = 32_768;

  private final Map<String, Condition> conditions = new LinkedHashMap<>();
  private final long generation;
  private final Instant now;

  /// @param generation of the resource that is looked at
  public Conditions(@Nullable List<Condition> before, long generation, Instant now) {
    if (before != null) {
      before.forEach(condition -> conditions.put(condition.getType(), condition));
    }
    this.generation = generation;
    this.now = now;
  }

  /// What holds now.
  ///
  /// @param message empty says no more than the reason
  public Conditions set(String type, boolean is, String reason, String message) {
    String text = message.isEmpty() ? reason : message;
    String status = is ? "True" : "False";
    Condition before = conditions.get(type);
    String since =
        before != null && before.getStatus().equals(status)
            ? before.getLastTransitionTime()
            : Times.seconds(now);
    conditions.put(
        type,
        new ConditionBuilder()
            .withType(type)
            .withStatus(status)
            .withReason(reason)
            .withMessage(text.substring(0, Math.min(LONGEST, text.length())))
            .withObservedGeneration(generation)
            .withLastTransitionTime(since)
            .build());
    return this;
  }

  /// One of them.
  public static Optional<Condition> find(@Nullable List<Condition> conditions, String type) {
    return conditions == null
        ? Optional.empty()
        : conditions.stream().filter(one -> one.getType().equals(type)).findFirst();
  }

  public List<Condition> list() {
    return new ArrayList<>(conditions.values());
  }
}
