package dev.kumiai.engine.generator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Progress;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.Castings;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShippedGeneratorTest {

  private static final Path FILE = Path.of("../../generators/castings.safetensors");

  @Test
  void isSmallAndSaysWhatItIs() throws IOException {
    // When
    GeneratorFile opened = GeneratorFile.open(FILE);

    // Then
    assertThat(opened.card().classes()).isEqualTo(Castings.CLASSES);
    assertThat(opened.card().form()).isEqualTo(new ImageForm(32, 3));
    assertThat(opened.card().origin().licence()).isEqualTo("Apache-2.0");
    assertThat(Files.size(FILE)).isLessThan(8_000_000);
    assertThat(GeneratorFile.cardBeside(FILE)).content().contains(opened.digest().toString());
  }

  @Test
  void wasTrainedOnThePicturesThatAreMadeNow() {
    // Given the pictures that its command makes
    LabelledImages images =
        Castings.renderMixed(
            1, "public", List.of(Castings.Plant.values()), 1000, new ImageForm(32, 3));

    // When
    PixelScale scale = PixelScale.of(images);

    // Then
    assertThat(GeneratorFile.open(FILE).card().scale()).isEqualTo(scale);
    assertThat(GeneratorFile.open(FILE).card().origin().images()).isEqualTo(images.size());
  }

  @Test
  void makesTheSameSampleWhateverElseIsAskedFor() {
    // Given
    List<LabelledImages> many = new ArrayList<>();
    List<LabelledImages> one = new ArrayList<>();
    try (Generator generator = GeneratorFile.open(FILE).load(EngineDevice.cpu(1))) {
      generator.generate(stains(9), many::add, Progress.SILENT);

      // When
      generator.generate(stains(1), one::add, Progress.SILENT);
    }

    // Then the full network, too, does not depend on the size of the batch
    assertThat(one.getFirst().contentDigest(0)).isEqualTo(many.getFirst().contentDigest(0));
  }

  private static GenerationRequest stains(int count) {
    return new GenerationRequest("stain", count, new Guidance.Prompt(), 2, 5, 1);
  }
}
