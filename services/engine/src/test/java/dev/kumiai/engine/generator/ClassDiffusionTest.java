package dev.kumiai.engine.generator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Progress;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassDiffusionTest {

  private static final ImageForm FORM = new ImageForm(12, 1);

  @TempDir private Path folder;

  @Test
  void makesTheSamplesThatAreAskedForInBatches() {
    // Given
    Path file = folder.resolve("tiny.safetensors");
    TinyGenerators.train(file, FORM, 2);
    GenerationRequest request =
        new GenerationRequest("bright", 70, new Guidance.Prompt(), 2.0, 3, 5);
    List<LabelledImages> batches = new ArrayList<>();

    // When
    try (Generator generator = GeneratorFile.open(file).load(EngineDevice.cpu(1))) {
      generator.generate(request, batches::add, Progress.SILENT);
    }

    // Then
    assertThat(batches).hasSizeGreaterThan(1);
    assertThat(batches).allMatch(batch -> batch.form().equals(FORM));
    assertThat(batches.stream().mapToInt(batch -> batch.countByName().get("bright")).sum())
        .isEqualTo(70);
    assertThat(batches.stream().mapToInt(LabelledImages::size).sum()).isEqualTo(70);
  }
}
