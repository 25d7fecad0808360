package dev.kumiai.core;

import java.util.UUID;
import java.util.regex.Pattern;

/// Names one task.
///
/// @param value a UUID in its usual text form
public record TaskId(String value) implements Comparable<TaskId> {

  private static final Pattern FORM = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  public TaskId {
    if (!FORM.matcher(value).matches()) {
      throw new KumiaiException.Invalid(
          "task-id-malformed", "a task id is a UUID, not '" + value + "'");
    }
  }

  public static TaskId random() {
    return new TaskId(UUID.randomUUID().toString());
  }

  @Override
  public int compareTo(TaskId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
