package dev.kumiai.generation;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.engine.data.ImageFolderWriter;
import dev.kumiai.protocol.run.GenerationSpec;
import dev.kumiai.protocol.task.TaskSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a task wants of each class.
final class SetBudget {

  private SetBudget() {}

  /// The classes that get samples, by name.
  ///
  /// @throws KumiaiException.Invalid `budget-invalid` with every mistake, or `budget-empty`
  static SortedMap<String, Integer> of(TaskSpec.Generate task) {
    List<Violation> mistakes = new ArrayList<>();
    task.budget()
        .forEach(
            (label, samples) -> {
              String where = "/budget/" + label;
              if (!task.data().classes().contains(label)) {
                mistakes.add(new Violation(where, "is no class of the run"));
              }
              if (samples < 0 || samples > GenerationSpec.MOST_SAMPLES) {
                mistakes.add(
                    new Violation(where, "must be from 0 to " + GenerationSpec.MOST_SAMPLES));
              }
            });
    if (!mistakes.isEmpty()) {
      throw new KumiaiException.Invalid(
          "budget-invalid",
          "the budget of the generated set has mistakes: let the aggregator plan it anew",
          mistakes);
    }
    SortedMap<String, Integer> budget = new TreeMap<>(task.budget());
    budget.values().removeIf(samples -> samples == 0);
    if (budget.isEmpty()) {
      throw new KumiaiException.Invalid(
          "budget-empty",
          "the plan wants no samples of this site: raise the run's budget, or leave generation out");
    }
    budget.keySet().forEach(ImageFolderWriter::requireFolderName);
    return budget;
  }
}
