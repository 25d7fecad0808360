package dev.kumiai.core.pilot;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the runs of one arm came to.
///
/// @param outcomes each of another repetition; those that failed are missing
public record ArmResults(List<Outcome> outcomes) {

  /// One number of an outcome.
  @FunctionalInterface
  public interface Measure {
    /// Null where the outcome does not have it.
    @Nullable Double of(Outcome outcome);
  }

  public ArmResults {
    outcomes = List.copyOf(outcomes);
    if (outcomes.stream().map(Outcome::repetition).distinct().count() != outcomes.size()) {
      throw new IllegalArgumentException("an arm has one outcome for each repetition");
    }
  }

  /// The mean over the repetitions; empty where none has the measure.
  public Optional<Summary> summary(Measure measure) {
    List<Double> values =
        outcomes.stream().flatMap(outcome -> Stream.ofNullable(measure.of(outcome))).toList();
    return values.isEmpty() ? Optional.empty() : Optional.of(Summary.of(values));
  }

  /// The mean of the differences "this arm less the other" over the repetitions that both have: the
  /// partition and the seed, which make most of the difference between two runs, cancel out.
  ///
  /// @return empty where no repetition has both
  public Optional<Interval> less(ArmResults other, Measure measure, double confidence) {
    List<Double> differences = new ArrayList<>();
    for (Outcome mine : outcomes) {
      Double here = measure.of(mine);
      Double there = other.of(mine.repetition()).map(measure::of).orElse(null);
      if (here != null && there != null) {
        differences.add(here - there);
      }
    }
    return differences.isEmpty()
        ? Optional.empty()
        : Optional.of(Interval.of(Summary.of(differences), confidence));
  }

  /// Mean and interval of the accuracy at each round that was measured.
  public SortedMap<Integer, Interval> bands(double confidence) {
    SortedMap<Integer, List<Double>> byRound = new TreeMap<>();
    for (Outcome outcome : outcomes) {
      outcome
          .byRound()
          .forEach(
              (round, accuracy) ->
                  byRound.computeIfAbsent(round, _ -> new ArrayList<>()).add(accuracy));
    }
    SortedMap<Integer, Interval> bands = new TreeMap<>();
    byRound.forEach(
        (round, values) -> bands.put(round, Interval.of(Summary.of(values), confidence)));
    return bands;
  }

  /// Of the repetitions below a number.
  ArmResults before(int repetition) {
    return new ArmResults(
        outcomes.stream().filter(outcome -> outcome.repetition() < repetition).toList());
  }

  private Optional<Outcome> of(int repetition) {
    return outcomes.stream().filter(outcome -> outcome.repetition() == repetition).findFirst();
  }
}
