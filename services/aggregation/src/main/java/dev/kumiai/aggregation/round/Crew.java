package dev.kumiai.aggregation.round;

import dev.kumiai.aggregation.task.Task;
import dev.kumiai.core.SiteId;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Who may work in a stage.
///
/// @param candidates in the order in which they are asked
/// @param asked how many of them get a task when the stage begins
/// @param needed how many of them have to answer
/// @param aimed how many answers end the stage before all have come
record Crew(List<SiteId> candidates, int asked, int needed, int aimed) {

  Crew {
    candidates = List.copyOf(candidates);
  }

  /// Who gets a task when the stage begins.
  List<SiteId> first() {
    return candidates.stream().limit(asked).toList();
  }

  /// Who can be asked in place of others.
  ///
  /// @param out the tasks of the stage
  List<SiteId> reserve(List<Task> out) {
    Set<SiteId> asked = out.stream().map(Task::site).collect(Collectors.toSet());
    return candidates.stream().filter(site -> !asked.contains(site)).toList();
  }
}
