package dev.kumiai.core.pilot;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What one run of a pilot came to.
///
/// @param repetition index of the seed and partition that it shares with the runs of other arms
/// @param accuracy of the last measured model, 0 to 1
/// @param worstClass accuracy of the class that it recognises worst
/// @param worstSite accuracy at the site where it is worst; null where that is not known
/// @param byRound accuracy of every measured round
public record Outcome(
    int repetition,
    double accuracy,
    double worstClass,
    @Nullable Double worstSite,
    SortedMap<Integer, Double> byRound) {

  public Outcome {
    byRound = Collections.unmodifiableSortedMap(new TreeMap<>(byRound));
  }
}
