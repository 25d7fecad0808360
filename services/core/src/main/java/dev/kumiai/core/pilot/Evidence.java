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
public record Evidence(
    SequencedMap<String, ArmResults> candidates, Map<Arm, ArmResults> arms, double guessing) {

  public Evidence {
    candidates = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(candidates));
    EnumMap<Arm, ArmResults> copy = new EnumMap<>(Arm.class);
    copy.putAll(arms);
    arms = Collections.unmodifiableMap(copy);
  }

  /// The settings with the highest mean accuracy; of equals the first. Empty before any run with
  /// generation is over.
  public Optional<String> best() {
    return best(candidates);
  }

  /// The key of the results with the highest mean accuracy; of equals the first.
  public static <K> Optional<K> best(SequencedMap<K, ArmResults> candidates) {
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
