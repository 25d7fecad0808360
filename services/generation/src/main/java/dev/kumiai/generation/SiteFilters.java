package dev.kumiai.generation;

import dev.kumiai.core.Progress;
import dev.kumiai.core.quality.Verdict;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.quality.SampleFilter;
import dev.kumiai.protocol.task.TaskSpec;
import java.util.Collections;
import java.util.List;

/// The filter that a run asks for.
final class SiteFilters {

  private SiteFilters() {}

  static SampleFilter<LabelledImages> of(
      TaskSpec.Generate task, RealSamples real, EngineDevice device, Progress progress) {
    return new KeepAll();
  }

  private static final class KeepAll implements SampleFilter<LabelledImages> {
    @Override
    public List<Verdict> judge(LabelledImages batch) {
      return Collections.nCopies(batch.size(), new Verdict.Kept());
    }

    @Override
    public void remember(LabelledImages kept) {}

    @Override
    public void close() {}
  }
}
