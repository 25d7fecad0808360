package dev.kumiai.generation;

import dev.kumiai.core.Progress;
import dev.kumiai.core.quality.FilterCounts;
import dev.kumiai.core.quality.FilterRules;
import dev.kumiai.core.quality.QualityReport;
import dev.kumiai.core.quality.Verdict;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.quality.QualityOfSet;
import dev.kumiai.engine.quality.SiteEye;
import dev.kumiai.engine.quality.SiteFilter;
import dev.kumiai.protocol.task.TaskSpec;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the site judges its sets with: the filters that the run asks for, and the measures.
final class SiteJudge implements SetJudge {

  private final SiteEye eye;
  private final SiteFilter filter;
  private final long seed;

  private SiteJudge(SiteEye eye, FilterRules rules, long seed) {
    this.eye = eye;
    this.filter = new SiteFilter(rules, eye);
    this.seed = seed;
  }

  static SetJudge of(
      TaskSpec.Generate task, RealSamples real, EngineDevice device, Progress progress) {
    Progress preparing = (_, _) -> progress.report(0, "looking at the private samples");
    return new SiteJudge(
        SiteEye.open(real.images(), task.seed(), device, preparing),
        task.generation().filters().rules(),
        task.seed());
  }

  @Override
  public List<Verdict> judge(LabelledImages batch) {
    return filter.judge(batch);
  }

  @Override
  public void remember(LabelledImages kept) {
    filter.remember(kept);
  }

  @Override
  public Optional<QualityReport> measure(
      LabelledImages kept, BitSet guides, Map<String, FilterCounts> filtered, Progress progress) {
    return Optional.of(
        new QualityOfSet(eye, seed)
            .measure(kept, guides, filtered, (_, _) -> progress.report(1, "measuring the set")));
  }

  /// Closes the eye with the filter.
  @Override
  public void close() {
    filter.close();
  }
}
