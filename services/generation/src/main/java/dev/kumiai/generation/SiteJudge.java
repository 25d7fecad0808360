package dev.kumiai.generation;

import dev.kumiai.core.Progress;
import dev.kumiai.core.quality.FilterCounts;
import dev.kumiai.core.quality.FilterRules;
import dev.kumiai.core.quality.QualityReport;
import dev.kumiai.core.quality.Verdict;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.quality.QualityOfSet;
import dev.kumiai.engine.quality.SiteClassifier;
import dev.kumiai.engine.quality.SiteEye;
import dev.kumiai.engine.quality.SiteFilter;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the site judges its sets with: the filters that the run asks for, and the measures.
final class SiteJudge implements SetJudge {

  private final SiteEye eye;
  private final SiteFilter filter;
  private final boolean measures;
  private final long seed;

  private SiteJudge(SiteEye eye, FilterRules rules, boolean measures, long seed) {
    this.eye = eye;
    this.filter = new SiteFilter(rules, eye);
    this.measures = measures;
    this.seed = seed;
  }

  /// Judges of sets. What is neither filtered by labels or private samples nor measured takes no
  /// training.
  ///
  /// @param measures whether finished sets are measured
  static SetMaking.Judges measuring(boolean measures) {
    SiteClassifiers classifiers = new SiteClassifiers();
    return (task, real, device, progress) -> {
      FilterRules rules = task.generation().filters().rules();
      Progress preparing = (_, _) -> progress.report(0, "looking at the private samples");
      Optional<SiteClassifier> classifier =
          measures || rules.labels() || rules.nearCopies()
              ? classifiers.of(real, task.seed(), device, preparing)
              : Optional.empty();
      SiteEye eye = SiteEye.with(real.images(), classifier, device);
      return new SiteJudge(eye, rules, measures, task.seed());
    };
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
    return measures
        ? Optional.of(
            new QualityOfSet(eye, seed)
                .measure(kept, guides, filtered, (_, _) -> progress.report(1, "measuring the set")))
        : Optional.empty();
  }

  /// Closes the eye with the filter.
  @Override
  public void close() {
    filter.close();
  }
}
