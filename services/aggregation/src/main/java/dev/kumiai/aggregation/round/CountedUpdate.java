package dev.kumiai.aggregation.round;

import dev.kumiai.aggregation.task.Task;
import dev.kumiai.core.Digest;

/// An update that counts in a round.
///
/// @param task whose answer it is
/// @param trained the global model that it was trained from
/// @param staleness how many global models came after that one; 0 in synchronous rounds
record CountedUpdate(Task task, Digest trained, int staleness) {}
