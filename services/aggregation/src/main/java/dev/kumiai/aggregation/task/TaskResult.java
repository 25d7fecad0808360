package dev.kumiai.aggregation.task;

import dev.kumiai.core.Digest;
import dev.kumiai.protocol.task.TaskReport;
import dev.kumiai.protocol.task.UpdateMetadata;

/// What a task came to.
public sealed interface TaskResult {

  /// The first weights, of an INITIALIZE task.
  record FirstWeights(Digest digest) implements TaskResult {}

  /// A site's update, of a TRAIN task.
  record Update(Digest digest, UpdateMetadata metadata) implements TaskResult {}

  /// What a GENERATE or EVALUATE task reported.
  record Report(TaskReport report) implements TaskResult {}
}
