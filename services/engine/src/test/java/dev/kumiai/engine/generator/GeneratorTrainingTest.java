package dev.kumiai.engine.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.CaptionedImages;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratorTrainingTest {

  private static final ImageForm FORM = new ImageForm(12, 1);
  private static final int STEPS = 12;

  @TempDir private Path folder;

  @Test
  void lowersTheLossAndReportsEveryStep() {
    // Given
    int[] reports = new int[1];
    Progress counting =
        (fraction, stage) -> {
          reports[0]++;
          assertThat(fraction).isEqualTo(reports[0] / 120.0);
          assertThat(stage).startsWith("step " + reports[0] + ", loss ");
        };

    // When
    GeneratorTraining.Outcome outcome =
        training(TinyGenerators.settings(120)).run("x", "y", file("a"), counting);

    // Then
    assertThat(reports[0]).isEqualTo(120);
    assertThat(outcome.losses()).hasSize(120);
    assertThat(mean(outcome, 100, 120)).isLessThan(0.8 * mean(outcome, 0, 20));
    assertThat(outcome.seconds()).isPositive();
  }

  @Test
  void endsTheSameAfterAnInterruption() {
    // Given a training that is cancelled in its middle
    Progress impatient =
        (_, stage) -> {
          if (stage.startsWith("step 5,")) {
            throw new KumiaiException.Cancelled("enough");
          }
        };
    assertThatThrownBy(
            () -> training(TinyGenerators.settings(STEPS)).run("x", "y", file("b"), impatient))
        .isInstanceOf(KumiaiException.Cancelled.class);
    assertThat(file("b")).doesNotExist();
    int[] reports = new int[1];

    // When
    GeneratorTraining.Outcome resumed =
        training(TinyGenerators.settings(STEPS)).run("x", "y", file("b"), (_, _) -> reports[0]++);

    // Then
    GeneratorTraining.Outcome whole =
        training(TinyGenerators.settings(STEPS)).run("x", "y", file("c"), Progress.SILENT);
    assertThat(reports[0]).isEqualTo(STEPS - 5);
    assertThat(resumed.file()).isEqualTo(whole.file());
    assertThat(resumed.losses()).isEqualTo(whole.losses());
    assertThat(folder.toFile().list()).noneMatch(name -> name.contains("checkpoint"));
  }

  @Test
  void refusesTheCheckpointOfAnotherTraining() {
    // Given
    Progress never =
        (_, _) -> {
          throw new KumiaiException.Cancelled("enough");
        };
    assertThatThrownBy(
            () -> training(TinyGenerators.settings(STEPS)).run("x", "y", file("d"), never))
        .isInstanceOf(KumiaiException.Cancelled.class);

    // When / Then
    assertThatThrownBy(
            () ->
                training(TinyGenerators.settings(STEPS + 1))
                    .run("x", "y", file("d"), Progress.SILENT))
        .isInstanceOf(KumiaiException.Conflict.class)
        .hasMessageContaining("d.safetensors.checkpoint");
  }

  @Test
  void refusesTheCheckpointOfOtherCaptions() {
    // Given
    Progress never =
        (_, _) -> {
          throw new KumiaiException.Cancelled("enough");
        };
    TrainingSettings settings = TinyGenerators.settings(STEPS);
    assertThatThrownBy(() -> training(settings).run("x", "y", file("h"), never))
        .isInstanceOf(KumiaiException.Cancelled.class);
    CaptionedImages silent = CaptionedImages.without(TinyGenerators.captioned(FORM, 10).images());
    GeneratorTraining without = new GeneratorTraining(silent, settings, EngineDevice.cpu(1));

    // When / Then
    assertThatThrownBy(() -> without.run("x", "y", file("h"), Progress.SILENT))
        .isInstanceOf(KumiaiException.Conflict.class)
        .hasMessageContaining("h.safetensors.checkpoint");
  }

  @Test
  void refusesADamagedCheckpoint() throws Exception {
    Files.writeString(folder.resolve("e.safetensors.checkpoint"), "not a checkpoint");
    assertThatThrownBy(
            () ->
                training(TinyGenerators.settings(STEPS)).run("x", "y", file("e"), Progress.SILENT))
        .isInstanceOf(KumiaiException.Invalid.class)
        .hasMessageContaining("e.safetensors.checkpoint");
  }

  @Test
  void saysWhichClassesHaveTooFewImages() {
    LabelledImages images = TinyGenerators.images(FORM, 10).select(new int[] {0, 2, 4, 6, 8, 1});
    assertThatThrownBy(
            () ->
                new GeneratorTraining(
                    CaptionedImages.without(images),
                    TinyGenerators.settings(STEPS),
                    EngineDevice.cpu(1)))
        .isInstanceOfSatisfying(
            KumiaiException.Invalid.class,
            e -> assertThat(e.code()).isEqualTo("training-images-missing"))
        .hasMessageContaining("dark 5, bright 1");
  }

  @Test
  void stopsWhenTheLossIsNoNumber() {
    TrainingSettings wild =
        new TrainingSettings(
            TinyGenerators.ARCHITECTURE, new TrainingSettings.Budget.Steps(200), 8, 1e30, 1);
    assertThatThrownBy(() -> training(wild).run("x", "y", file("f"), Progress.SILENT))
        .isInstanceOfSatisfying(
            KumiaiException.Invalid.class, e -> assertThat(e.code()).isEqualTo("training-diverged"))
        .hasMessageContaining("lower learning rate");
    assertThat(file("f")).doesNotExist();
  }

  @Test
  void endsAfterItsTime() {
    TrainingSettings halfASecond =
        new TrainingSettings(
            TinyGenerators.ARCHITECTURE, new TrainingSettings.Budget.Minutes(0.5 / 60), 8, 2e-3, 1);
    GeneratorTraining.Outcome outcome =
        training(halfASecond).run("x", "y", file("g"), Progress.SILENT);
    assertThat(outcome.seconds()).isGreaterThanOrEqualTo(0.5);
    assertThat(GeneratorFile.open(file("g")).card().origin().steps())
        .isEqualTo(outcome.losses().size());
  }

  private static GeneratorTraining training(TrainingSettings settings) {
    return new GeneratorTraining(TinyGenerators.captioned(FORM, 10), settings, EngineDevice.cpu(1));
  }

  private Path file(String name) {
    return folder.resolve(name + ".safetensors");
  }

  private static double mean(GeneratorTraining.Outcome outcome, int from, int to) {
    return outcome.losses().subList(from, to).stream()
        .mapToDouble(Float::doubleValue)
        .average()
        .orElseThrow();
  }
}
