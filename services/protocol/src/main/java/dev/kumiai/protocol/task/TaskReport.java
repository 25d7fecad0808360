package dev.kumiai.protocol.task;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.kumiai.core.Cost;
import dev.kumiai.core.Digest;
import dev.kumiai.core.prompt.IgnoredWords;
import dev.kumiai.core.quality.DropReason;
import dev.kumiai.core.quality.QualityReport;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

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
  /// @param counts samples per class that the site will train on; fewer than the budget where
  ///   filters dropped more than could be made anew, or a person rejected some
  /// @param reused the set was there already, made for an earlier run with the same plan
  /// @param dropped samples that filters took out, by reason
  /// @param rejected samples that a person at the site took out
  /// @param unguided classes that were to start from real samples of which the site has none
  /// @param ignoredWords words of the run's prompts that say nothing to the generator
  /// @param cost what making the set took, over all attempts; null where it is not known
  /// @param quality how the set compares with the private samples; null where it was not measured
  record Generated(
      Digest planDigest,
      Map<String, Integer> counts,
      boolean reused,
      Map<DropReason, Integer> dropped,
      int rejected,
      List<String> unguided,
      IgnoredWords ignoredWords,
      @Nullable Cost cost,
      @Nullable QualityReport quality)
      implements TaskReport {

    public Generated {
      counts = Collections.unmodifiableSortedMap(new TreeMap<>(counts));
      dropped = Collections.unmodifiableSortedMap(new TreeMap<>(dropped));
      unguided = List.copyOf(unguided);
    }

    /// A set in which every sample was wanted.
    public Generated(Digest planDigest, Map<String, Integer> counts, boolean reused) {
      this(planDigest, counts, reused, Map.of(), 0, List.of(), IgnoredWords.NONE, null, null);
    }

    @JsonCreator
    static Generated of(
        @JsonProperty("planDigest") Digest planDigest,
        @JsonProperty("counts") Map<String, Integer> counts,
        @JsonProperty("reused") boolean reused,
        @JsonProperty("dropped") @Nullable Map<DropReason, Integer> dropped,
        @JsonProperty("rejected") @Nullable Integer rejected,
        @JsonProperty("unguided") @Nullable List<String> unguided,
        @JsonProperty("ignoredWords") @Nullable IgnoredWords ignoredWords,
        @JsonProperty("cost") @Nullable Cost cost,
        @JsonProperty("quality") @Nullable QualityReport quality) {
      return new Generated(
          planDigest,
          counts,
          reused,
          dropped == null ? Map.of() : dropped,
          rejected == null ? 0 : rejected,
          unguided == null ? List.of() : unguided,
          ignoredWords == null ? IgnoredWords.NONE : ignoredWords,
          cost,
          quality);
    }
  }

  /// The global model was measured.
  ///
  /// @param examples how many samples it was measured on
  /// @param loss mean cross-entropy in nats; of a generator the mean squared error of `v`
  /// @param perClass examples and hits of each class that occurred; what a generator hits is an
  ///   image that its own class explains best
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
