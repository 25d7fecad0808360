package dev.kumiai.localtraining;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Digest;
import dev.kumiai.core.Progress;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.engine.data.Castings;
import dev.kumiai.protocol.run.ModelSpec;
import dev.kumiai.protocol.run.ModelSpec.Architecture;
import dev.kumiai.protocol.run.StrategySpec.Weighting;
import dev.kumiai.protocol.run.TrainingSpec;
import dev.kumiai.protocol.task.TaskReport;
import dev.kumiai.protocol.task.TaskSpec;
import dev.kumiai.worker.TaskResult;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The tasks of a run that trains a generator.
final class GeneratorAsModelTest extends CastingsAtASite {

  private static final ModelSpec GENERATOR =
      new ModelSpec(Architecture.CLASS_DIFFUSION, null, null);
  private static final TrainingSpec TRAINING =
      new TrainingSpec(null, 8, 16, 0.002, 0.9, 0, 0, null, false);

  private Path update(Digest global) {
    return weights(
        new TaskSpec.Train(
            GENERATOR,
            DATA,
            TRAINING,
            global,
            null,
            fedAvg(Weighting.ALL),
            false,
            null,
            null,
            3,
            null));
  }

  private TaskReport.Evaluated evaluated(Digest model) {
    TaskResult result = perform(new TaskSpec.Evaluate(GENERATOR, DATA, model), Progress.SILENT);
    return (TaskReport.Evaluated) ((TaskResult.Report) result).report();
  }

  @Test
  void isTrainedAndMeasuredLikeAnyOther() throws Exception {
    // Given
    Digest first = global(GENERATOR);

    // When
    Path update = update(first);

    // Then
    try (SafetensorsFile before = SafetensorsFile.open(model(first));
        SafetensorsFile after = SafetensorsFile.open(update)) {
      assertThat(after.specs()).isEqualTo(before.specs());
    }
    assertThat(examples(update)).isEqualTo(OWN);
    assertThat(Digest.of(update(first))).isEqualTo(Digest.of(update));
    TaskReport.Evaluated measured = evaluated(store(update));
    assertThat(measured.examples()).isEqualTo(OWN);
    assertThat(measured.loss()).isLessThan(evaluated(first).loss());
    assertThat(measured.perClass())
        .extracting(TaskReport.ClassHits::label)
        .containsExactlyElementsOf(Castings.CLASSES);
  }
}
