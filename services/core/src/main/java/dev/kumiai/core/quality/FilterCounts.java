package dev.kumiai.core.quality;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/// How many samples of one class of a generated set got which verdict.
///
/// @param kept samples that belong to the set
/// @param unjudged those of them whose label nobody at the site could judge
/// @param dropped samples that do not, by reason; reasons that dropped none are absent
public record FilterCounts(int kept, int unjudged, Map<DropReason, Integer> dropped) {

  public static final FilterCounts NONE = new FilterCounts(0, 0, Map.of());

  public FilterCounts {
    Map<DropReason, Integer> copy = new EnumMap<>(DropReason.class);
    copy.putAll(dropped);
    dropped = Collections.unmodifiableMap(copy);
  }

  /// These and one more.
  public FilterCounts plus(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Kept(boolean judged) ->
          new FilterCounts(kept + 1, unjudged + (judged ? 0 : 1), dropped);
      case Verdict.Dropped(DropReason reason) -> {
        Map<DropReason, Integer> more = new EnumMap<>(DropReason.class);
        more.putAll(dropped);
        more.merge(reason, 1, Integer::sum);
        yield new FilterCounts(kept, unjudged, more);
      }
    };
  }

  /// These and those of another class.
  public FilterCounts plus(FilterCounts others) {
    Map<DropReason, Integer> sum = new EnumMap<>(DropReason.class);
    sum.putAll(dropped);
    others.dropped.forEach((reason, samples) -> sum.merge(reason, samples, Integer::sum));
    return new FilterCounts(kept + others.kept, unjudged + others.unjudged, sum);
  }

  /// Samples that were looked at.
  public int total() {
    return kept + dropped.values().stream().mapToInt(Integer::intValue).sum();
  }
}
