package dev.kumiai.worker.generated;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.kumiai.core.Digest;
import dev.kumiai.core.prompt.IgnoredWords;
import dev.kumiai.core.quality.DropReason;
import dev.kumiai.protocol.run.GenerationSpec;
import dev.kumiai.protocol.run.GeneratorRef;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// `report.json` of a generated set: what it is and what it was made with. Everything in it follows
/// from the plan, so two makings of a set have the same report to the last bit; what they cost
/// stands elsewhere. [#repeatable] tells of the sets whose samples do not.
///
/// @param plan names the set
/// @param generator the run's reference to what made it
/// @param classes by name; those without a budget are not in the set
/// @param unguided classes that were to start from real samples of which the site has none
/// @param ignoredWords words of its prompts that say nothing to the generator
/// @param rejection of the whole set by a person; null while it may be used
@JsonIgnoreProperties(value = "repeatable", allowGetters = true)
public record SetReport(
    Digest plan,
    GeneratorRef generator,
    GenerationSpec.Guidance guidance,
    SortedMap<String, OfClass> classes,
    List<String> unguided,
    IgnoredWords ignoredWords,
    @Nullable Rejection rejection) {

  /// One class of a set.
  ///
  /// @param budget samples that the plan wants
  /// @param kept samples that are there
  /// @param drawn samples that were generated for them
  /// @param rejected samples that a person took out
  /// @param dropped samples that filters took out, by reason
  public record OfClass(
      int budget, int kept, int drawn, int rejected, SortedMap<DropReason, Integer> dropped) {

    public OfClass {
      dropped = Collections.unmodifiableSortedMap(new TreeMap<>(dropped));
    }

    private static OfClass of(int budget, List<GeneratedSample> drawn) {
      int kept = 0;
      int rejected = 0;
      SortedMap<DropReason, Integer> dropped = new TreeMap<>();
      for (GeneratedSample sample : drawn) {
        switch (sample.verdict()) {
          case KEPT -> kept++;
          case REJECTED -> rejected++;
          case DROPPED -> dropped.merge(Objects.requireNonNull(sample.reason()), 1, Integer::sum);
        }
      }
      return new OfClass(budget, kept, drawn.size(), rejected, dropped);
    }

    /// How many samples the plan wants that are not there.
    @JsonIgnore
    public int missing() {
      return Math.max(0, budget - kept);
    }
  }

  public SetReport {
    classes = Collections.unmodifiableSortedMap(new TreeMap<>(classes));
    unguided = List.copyOf(unguided);
  }

  /// Reports of earlier releases name no ignored words.
  @JsonCreator
  static SetReport of(
      @JsonProperty("plan") Digest plan,
      @JsonProperty("generator") GeneratorRef generator,
      @JsonProperty("guidance") GenerationSpec.Guidance guidance,
      @JsonProperty("classes") SortedMap<String, OfClass> classes,
      @JsonProperty("unguided") List<String> unguided,
      @JsonProperty("ignoredWords") @Nullable IgnoredWords ignoredWords,
      @JsonProperty("rejection") @Nullable Rejection rejection) {
    return new SetReport(
        plan,
        generator,
        guidance,
        classes,
        unguided,
        ignoredWords == null ? IgnoredWords.NONE : ignoredWords,
        rejection);
  }

  /// Counts the samples of a set.
  ///
  /// @param budget samples that the plan wants per class
  public static SortedMap<String, OfClass> count(
      Map<String, Integer> budget, List<GeneratedSample> samples) {
    Map<String, List<GeneratedSample>> byClass = new TreeMap<>();
    budget.forEach((label, wanted) -> byClass.put(label, new ArrayList<>()));
    samples.forEach(sample -> byClass.getOrDefault(sample.label(), new ArrayList<>()).add(sample));
    SortedMap<String, OfClass> classes = new TreeMap<>();
    byClass.forEach(
        (label, drawn) -> classes.put(label, OfClass.of(budget.getOrDefault(label, 0), drawn)));
    return classes;
  }

  /// Whether the same plan makes the same samples again, bit for bit on a CPU: not where a service
  /// makes them that somebody else runs.
  @JsonProperty
  public boolean repeatable() {
    return !(generator instanceof GeneratorRef.Remote);
  }

  /// Samples that are there, per class.
  public SortedMap<String, Integer> counts() {
    SortedMap<String, Integer> counts = new TreeMap<>();
    classes.forEach((label, of) -> counts.put(label, of.kept()));
    return counts;
  }

  /// Samples that a person took out of all classes.
  @JsonIgnore
  public int rejected() {
    return classes.values().stream().mapToInt(OfClass::rejected).sum();
  }

  /// Samples that filters took out of all classes, by reason.
  public SortedMap<DropReason, Integer> dropped() {
    SortedMap<DropReason, Integer> dropped = new TreeMap<>();
    classes
        .values()
        .forEach(
            of ->
                of.dropped()
                    .forEach((reason, count) -> dropped.merge(reason, count, Integer::sum)));
    return dropped;
  }

  /// The same set after samples of it were rejected or made anew.
  ///
  /// @param rejection of the whole set; null when it may be used
  public SetReport after(List<GeneratedSample> samples, @Nullable Rejection rejection) {
    SortedMap<String, Integer> budget = new TreeMap<>();
    classes.forEach((label, of) -> budget.put(label, of.budget()));
    return new SetReport(
        plan, generator, guidance, count(budget, samples), unguided, ignoredWords, rejection);
  }

  /// The same set with other words that its generator ignores.
  public SetReport ignoring(IgnoredWords words) {
    return new SetReport(plan, generator, guidance, classes, unguided, words, rejection);
  }
}
