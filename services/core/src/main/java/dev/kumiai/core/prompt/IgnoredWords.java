package dev.kumiai.core.prompt;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// Words of the prompts of a set that say nothing to its generator, because it has not learnt them.
///
/// @param count how many different words that are
/// @param most the words that most samples were told, in this order; at most [#MOST_NAMED] of them,
///   and none that is longer than [#LONGEST_NAMED] characters
public record IgnoredWords(int count, List<String> most) {

  public static final int MOST_NAMED = 50;
  public static final int LONGEST_NAMED = 40;

  /// Of a generator that understands every word it was told.
  public static final IgnoredWords NONE = new IgnoredWords(0, List.of());

  public IgnoredWords {
    most = List.copyOf(most);
  }

  /// Names the most frequent of these words; among those that are equally frequent it goes by the
  /// alphabet.
  ///
  /// @param samples word -> how many samples were told it
  public static IgnoredWords of(Map<String, Integer> samples) {
    return new IgnoredWords(
        samples.size(),
        samples.entrySet().stream()
            .filter(told -> told.getKey().length() <= LONGEST_NAMED)
            .sorted(
                Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(MOST_NAMED)
            .map(Map.Entry::getKey)
            .toList());
  }

  /// The same count, naming only some of the words.
  public IgnoredWords naming(Predicate<String> wanted) {
    return new IgnoredWords(count, most.stream().filter(wanted).toList());
  }

  /// The first words and how many more there are, such as `a, photo, of and 12 more`; empty when
  /// none is ignored.
  ///
  /// @param limit how many are named, at most
  public String inWords(int limit) {
    List<String> named = most.subList(0, Math.min(limit, most.size()));
    int more = count - named.size();
    if (named.isEmpty()) {
      return more > 0 ? String.valueOf(more) : "";
    }
    return String.join(", ", named) + (more > 0 ? " and " + more + " more" : "");
  }
}
