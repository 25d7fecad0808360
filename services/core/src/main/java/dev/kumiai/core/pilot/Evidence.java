package dev.kumiai.core.pilot;

import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// What a verdict is drawn from.
///
/// @param candidates results with generation, by the settings that were tried
/// @param arms results of all other arms that were run
/// @param guessing accuracy of a model that knows nothing: one over the number of classes
/// @param choosing how many repetitions, the first ones, choose between the settings. The others
///   may have been run with the best alone, and more runs of one do not change what was chosen
public record Evidence(
    SequencedMap<String, ArmResults> candidates,
    Map<Arm, ArmResults> arms,
    double guessing,
    int choosing) {

  public Evidence {
    candidates = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(candidates));
    EnumMap<Arm, ArmResults> copy = new EnumMap<>(Arm.class);
    copy.putAll(arms);
    arms = Collections.unmodifiableMap(copy);
  }

  /// The settings with the highest mean accuracy; of equals the first. Empty before any run with
  /// generation is over.
  public Optional<String> best() {
    return best(candidates, choosing);
  }

  /// The key of the results with the highest mean accuracy over the first repetitions, over all
  /// where none of those has any; of equals the first.
  ///
  /// @param choosing how many repetitions choose
  public static <K> Optional<K> best(SequencedMap<K, ArmResults> candidates, int choosing) {
    SequencedMap<K, ArmResults> first = new LinkedHashMap<>();
    candidates.forEach((key, results) -> first.put(key, results.before(choosing)));
    return highest(first).or(() -> highest(candidates));
  }

  private static <K> Optional<K> highest(SequencedMap<K, ArmResults> candidates) {
    return candidates.entrySet().stream()
        .filter(candidate -> !candidate.getValue().outcomes().isEmpty())
        .sorted(Comparator.comparingDouble(candidate -> -mean(candidate.getValue())))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /// Results of an arm; none where it was not run.
  public ArmResults of(Arm arm) {
    return arms.getOrDefault(arm, new ArmResults(List.of()));
  }

  private static double mean(ArmResults results) {
    return results.summary(Outcome::accuracy).orElseThrow().mean();
  }
}
