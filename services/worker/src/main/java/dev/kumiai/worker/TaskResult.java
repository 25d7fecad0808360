package dev.kumiai.worker;

import dev.kumiai.protocol.task.TaskReport;
import java.nio.file.Path;

/// What came out of a task.
public sealed interface TaskResult {

  /// Weights to be uploaded.
  ///
  /// @param file a safetensors file in the workbench's folder
  record Weights(Path file) implements TaskResult {}

  /// Counts and measures to be reported.
  record Report(TaskReport report) implements TaskResult {}
}
