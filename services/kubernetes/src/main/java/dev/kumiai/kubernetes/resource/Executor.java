package dev.kumiai.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonProperty;

/// Who does the tasks of a run.
public enum Executor {
  /// Workers that are there all the time.
  @JsonProperty("agents")
  AGENTS,
  /// A Job for each task.
  @JsonProperty("jobs")
  JOBS
}
