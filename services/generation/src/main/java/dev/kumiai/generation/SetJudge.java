package dev.kumiai.generation;

import dev.kumiai.core.Progress;
import dev.kumiai.core.quality.FilterCounts;
import dev.kumiai.core.quality.QualityReport;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.quality.SampleFilter;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;

/// Judges the samples of a set as they come, and the set when it is whole.
interface SetJudge extends SampleFilter<LabelledImages> {

  /// Measures what was kept against the private samples.
  ///
  /// @param guides indices of the private samples that the generator started from
  /// @param filtered by class, what became of the samples
  /// @return empty where nothing is measured
  Optional<QualityReport> measure(
      LabelledImages kept, BitSet guides, Map<String, FilterCounts> filtered, Progress progress);
}
