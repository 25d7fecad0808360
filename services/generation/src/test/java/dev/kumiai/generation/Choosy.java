package dev.kumiai.generation;

import dev.kumiai.core.Progress;
import dev.kumiai.core.quality.DropReason;
import dev.kumiai.core.quality.FilterCounts;
import dev.kumiai.core.quality.QualityReport;
import dev.kumiai.core.quality.Verdict;
import dev.kumiai.engine.data.LabelledImages;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// Drops what it likes by a sample and by how many of its class were kept before, as real filters
/// do: whoever forgets what was kept decides otherwise.
final class Choosy implements SetJudge {
  private final Map<String, Integer> kept = new HashMap<>();

  @Override
  public List<Verdict> judge(LabelledImages batch) {
    return IntStream.range(0, batch.size()).mapToObj(i -> judge(batch, i)).toList();
  }

  private Verdict judge(LabelledImages batch, int i) {
    String label = batch.classes().get(batch.label(i));
    int mood = batch.contentDigest(i).bytes()[0] + kept.getOrDefault(label, 0);
    if (mood % 3 == 0) {
      return new Verdict.Dropped(mood % 2 == 0 ? DropReason.DUPLICATE : DropReason.NEAR_COPY);
    }
    kept.merge(label, 1, Integer::sum);
    return new Verdict.Kept();
  }

  @Override
  public void remember(LabelledImages images) {
    images.countByName().forEach((label, count) -> kept.merge(label, count, Integer::sum));
  }

  @Override
  public Optional<QualityReport> measure(
      LabelledImages images, BitSet guides, Map<String, FilterCounts> filtered, Progress progress) {
    return Optional.empty();
  }

  @Override
  public void close() {}
}
