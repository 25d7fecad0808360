package dev.kumiai.acceptance;

import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.run.DataSpec;
import dev.kumiai.protocol.run.EvaluationSpec;
import dev.kumiai.protocol.run.GenerationSpec;
import dev.kumiai.protocol.run.ModelSpec;
import dev.kumiai.protocol.run.ModelSpec.Architecture;
import dev.kumiai.protocol.run.RoundSpec;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.run.TrainingSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Specs of runs that are over in seconds.
final class Specs {

  static final DataSpec TWO_CLASSES = new DataSpec("parts", List.of("bad", "good"), 16, 1, 0.05);

  private Specs() {}

  /// A run of one site that the test plays itself.
  static RunSpec played(SiteId site, int rounds) {
    return of(TWO_CLASSES, List.of(site), rounds, null, null);
  }

  static RunSpec of(
      DataSpec data,
      List<SiteId> sites,
      int rounds,
      @Nullable GenerationSpec generation,
      @Nullable EvaluationSpec evaluation) {
    return new RunSpec(
        "acceptance",
        7,
        data,
        new ModelSpec(Architecture.MLP, null, null),
        sites,
        rounds,
        new TrainingSpec(null, 4, 16, 0.05, 0.9, 5e-4, 0, null, false),
        StrategySpec.DEFAULT,
        generation,
        new RoundSpec(1.0, 600, 5, 5, null),
        evaluation,
        null);
  }
}
