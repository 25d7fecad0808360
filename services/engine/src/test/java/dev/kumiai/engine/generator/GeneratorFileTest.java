package dev.kumiai.engine.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.tensor.DType;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.SafetensorsWriter;
import dev.kumiai.core.tensor.Shape;
import dev.kumiai.core.tensor.Tensor;
import dev.kumiai.engine.data.CaptionedImages;
import dev.kumiai.engine.data.ImageForm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GeneratorFileTest {

  private static final ImageForm FORM = new ImageForm(10, 3);
  private static byte[] bytes;
  private static Digest digest;

  @TempDir private Path folder;

  @BeforeAll
  static void makeOne(@TempDir Path once) throws IOException {
    Path file = once.resolve("tiny.safetensors");
    digest = TinyGenerators.train(file, FORM, 1).file();
    bytes = Files.readAllBytes(file);
  }

  private Path copy() throws IOException {
    return Files.write(folder.resolve("tiny.safetensors"), bytes);
  }

  @Test
  void saysWhatTheGeneratorIsAndWhatItWasMadeFrom() throws IOException {
    // When
    GeneratorFile opened = GeneratorFile.open(copy(), digest);

    // Then
    assertThat(opened.digest()).isEqualTo(digest).isEqualTo(Digest.of(bytes));
    assertThat(opened.card())
        .isEqualTo(
            new GeneratorCard(
                TinyGenerators.CLASSES,
                FORM,
                PixelScale.of(TinyGenerators.images(FORM, 10)),
                TinyGenerators.ARCHITECTURE,
                WordList.NONE,
                new GeneratorCard.Origin("constant images", 20, "Apache-2.0", 1, 8, 11)));
  }

  @Test
  void keepsHalfPrecisionWeightsAndACardThatPeopleCanRead() throws IOException {
    // Given
    Path file = folder.resolve("again.safetensors");

    // When
    Digest again = TinyGenerators.train(file, FORM, 1).file();

    // Then the same training makes the same file
    assertThat(again).isEqualTo(digest);
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      assertThat(tensors.specs()).allMatch(spec -> spec.dtype() == DType.F16);
    }
    assertThat(GeneratorFile.cardBeside(file))
        .content()
        .contains("\"digest\": \"" + digest + "\"", "\"licence\": \"Apache-2.0\"", "\"bright\"");
  }

  @Test
  void refusesAFileThatIsNotThere() {
    assertThatThrownBy(() -> GeneratorFile.open(folder.resolve("absent.safetensors")))
        .isInstanceOf(KumiaiException.NotFound.class)
        .hasMessageContaining("absent.safetensors");
  }

  @Test
  void refusesAnotherGeneratorThanTheOneThatIsMeant() throws IOException {
    Path file = copy();
    Digest meant = Digest.of(new byte[0]);
    assertThatThrownBy(() -> GeneratorFile.open(file, meant))
        .isInstanceOfSatisfying(
            KumiaiException.Invalid.class,
            e -> assertThat(e.code()).isEqualTo("generator-digest-mismatch"))
        .hasMessageContaining(meant.toString());
  }

  @Test
  void refusesATruncatedFile() throws IOException {
    Path file = copy();
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 2));
    assertRefused(file, "safetensors-truncated");
    Files.write(file, Arrays.copyOf(bytes, 100));
    assertRefused(file, "safetensors-header-truncated");
  }

  @Test
  void refusesSafetensorsOfSomethingElse() throws IOException {
    Path file = folder.resolve("model.safetensors");
    Tensor tensor = Tensor.ofFloats("weight", Shape.of(2), new float[] {1, 2});
    SafetensorsWriter.write(file, ModelWeights.of(List.of(tensor)), Map.of("by", "somebody"));
    assertRefused(file, "generator-foreign");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "version": 1             | "version": 2            | generator-card-invalid
          "version": 1             | "version": 3            | generator-card-invalid
          "kind": "class-diffusion"| "kind": "gan"           | generator-card-invalid
          "prediction": "v"        | "prediction": "noise"   | generator-card-invalid
          "dark"                   | "bright"                | generator-card-invalid
          "licence"                | "license"               | generator-card-invalid
          "channels": 3            | "channels": 2           | generator-card-invalid
          "size": 10               | "size": "ten"           | generator-card-invalid
          "size": 10               | "size": 10, "depth": 1  | generator-card-invalid
          "deviation": 0           | "deviation": -0         | generator-card-invalid
          "heads": 2               | "heads": 3              | generator-card-invalid
          "channels": 3            | "channels": 1           | generator-weights-mismatch
          "dark"                   | "dark", "grey"          | generator-weights-mismatch
          "embedding": 16          | "embedding": 8          | generator-weights-mismatch
          16                       | 24                      | generator-weights-mismatch
          "kind"                   | kind"                   | generator-card-invalid
          """)
  void refusesACardThatIsWrongOrContradictsTheWeights(String from, String to, String code)
      throws IOException {
    assertRefused(changed(copy(), from, to), code);
  }

  /// The file with another card.
  private Path changed(Path file, String from, String to) throws IOException {
    Path changed = folder.resolve("changed.safetensors");
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      String card = tensors.metadata().getOrDefault("kumiai.generator", "");
      assertThat(card).contains(from);
      SafetensorsWriter.write(
          changed, tensors.weights(), Map.of("kumiai.generator", card.replaceFirst(from, to)));
    }
    return changed;
  }

  @Test
  void aCardWithWordsIsOfVersion2() throws IOException {
    // Given
    Path file = folder.resolve("captioned.safetensors");
    CaptionedImages images = TinyGenerators.captioned(FORM, 10);

    // When
    TinyGenerators.train(file, images, 1);

    // Then
    assertThat(GeneratorFile.open(file).card().vocabulary())
        .isEqualTo(new WordList(List.of("left", "right"), WordList.STANDARD_WIDTH));
    assertThat(GeneratorFile.cardBeside(file))
        .content()
        .contains("\"version\": 2", "\"wordWidth\": 64");
    assertThat(Files.readString(GeneratorFile.cardBeside(file))).contains("\"left\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "version": 2    | "version": 1           | generator-card-invalid
          "left"          | "right"                | generator-card-invalid
          "left"          | "Left"                 | generator-card-invalid
          "left"          | "far left"             | generator-card-invalid
          "left"          | "left", "middle"       | generator-weights-mismatch
          "wordWidth": 64 | "wordWidth": 32        | generator-weights-mismatch
          "wordWidth": 64 | "wordWidth": 0         | generator-card-invalid
          "wordWidth"     | "tokenWidth"           | generator-card-invalid
          """)
  void refusesWordsThatAreWrongOrContradictTheWeights(String from, String to, String code)
      throws IOException {
    Path file = folder.resolve("captioned.safetensors");
    TinyGenerators.train(file, TinyGenerators.captioned(FORM, 10), 1);
    assertRefused(changed(file, from, to), code);
  }

  @Test
  void refusesWeightsThatAreNoNumbers() throws IOException {
    Path file = copy();
    Path changed = folder.resolve("changed.safetensors");
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      List<Tensor> list = new ArrayList<>(tensors.weights().tensors());
      float[] values = list.get(3).toFloats();
      values[0] = Float.NaN;
      list.set(3, Tensor.ofFloats(list.get(3).spec(), values));
      SafetensorsWriter.write(changed, ModelWeights.of(list), tensors.metadata());
    }
    assertRefused(changed, "tensor-not-finite");
  }

  private static void assertRefused(Path file, String code) {
    assertThatThrownBy(() -> GeneratorFile.open(file))
        .isInstanceOfSatisfying(
            KumiaiException.Invalid.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(file.getFileName().toString());
  }
}
