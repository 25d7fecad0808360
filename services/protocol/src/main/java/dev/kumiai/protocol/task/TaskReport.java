package dev.kumiai.protocol.task;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.kumiai.core.Digest;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a task that makes no weights answers. Counts and measures only: no sample ever stands in a
/// report.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = TaskReport.Generated.class, name = "GENERATE"),
  @JsonSubTypes.Type(value = TaskReport.Evaluated.class, name = "EVALUATE")
})
public sealed interface TaskReport {

  /// A generated data set stands beside the private one.
  ///
  /// @param planDigest the plan it was made to
  /// @param counts generated samples per class
  /// @param reused the set was there already, made for an earlier run with the same plan
  record Generated(Digest planDigest, Map<String, Integer> counts, boolean reused)
      implements TaskReport {

    public Generated {
      counts = Collections.unmodifiableSortedMap(new TreeMap<>(counts));
    }
  }

  /// The global model was measured.
  ///
  /// @param examples how many samples it was measured on
  /// @param loss mean cross-entropy in nats
  /// @param perClass examples and hits of each class that occurred
  record Evaluated(long examples, double loss, List<ClassHits> perClass) implements TaskReport {

    public Evaluated {
      perClass = List.copyOf(perClass);
    }

    /// Share of samples whose most probable class is the right one.
    public double accuracy() {
      long hits = perClass.stream().mapToLong(ClassHits::hits).sum();
      return examples == 0 ? 0 : (double) hits / examples;
    }
  }

  /// How often one class occurred and how often it was recognised.
  record ClassHits(String label, long examples, long hits) {}
}
