package dev.kumiai.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.engine.data.ImageFolderWriter;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.generator.GeneratorCard;
import dev.kumiai.engine.generator.GeneratorFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratorCommandsTest {

  private static final String[] QUICK = {
    "--image-size", "8", "--steps", "3", "--batch", "4", "--threads", "1"
  };

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private @Nullable KumiaiException refusal;

  @Test
  void trainsAGeneratorWithItsCardAndLossCurve() {
    // Given
    Path data = greys(10);
    Path file = folder.resolve("made/grey.safetensors");

    // When
    int status =
        run("train-generator", "--data", data, "--out", file, "--licence", "CC0", "--seed", 7);

    // Then
    assertThat(status).isZero();
    GeneratorFile opened = GeneratorFile.open(file);
    assertThat(opened.card().classes()).containsExactly("a", "b", "c");
    assertThat(opened.card().form()).isEqualTo(new ImageForm(8, 1));
    assertThat(opened.card().origin())
        .isEqualTo(new GeneratorCard.Origin("data", 30, "CC0", 3, 4, 7));
    assertThat(out.toString()).isEqualToIgnoringNewLines(opened.digest().toString());
    assertThat(err.toString()).contains("30 images of 3 classes", "100 % step 3", "3 steps in");
    assertThat(folder.resolve("made/grey.safetensors.loss.png")).isNotEmptyFile();
  }

  @Test
  void learnsOnlyTheClassesAndImagesThatAreWanted() {
    // Given
    Path data = greys(10);
    Path file = folder.resolve("two.safetensors");

    // When
    int status =
        run("train-generator", "--data", data, "--out", file, "--classes", "c,a", "--per-class", 8);

    // Then
    assertThat(status).isZero();
    assertThat(GeneratorFile.open(file).card().classes()).containsExactly("c", "a");
    assertThat(GeneratorFile.open(file).card().origin().images()).isEqualTo(16);
  }

  @Test
  void drawsASheetOfSamples() {
    // Given
    Path file = folder.resolve("grey.safetensors");
    run("train-generator", "--data", greys(10), "--out", file);
    Path sheet = folder.resolve("sheet.png");

    // When
    int status = run("sample", file, "--out", sheet, "--count", 2, "--sampling-steps", 2);

    // Then
    assertThat(status).isZero();
    assertThat(sheet).isNotEmptyFile();
    assertThat(err.toString()).contains("6 samples in");
  }

  @Test
  void tellsInOneSentenceWhatIsWrongWithTheInput() throws IOException {
    Path data = greys(10);
    Path file = folder.resolve("x.safetensors");
    assertRefused("dataset-missing", "--data", folder.resolve("nothing"), "--out", file);
    assertRefused("class-unknown", "--data", data, "--out", file, "--classes", "a,d");
    assertRefused("classes-not-distinct", "--data", data, "--out", file, "--classes", "a,a");
    assertRefused("training-images-missing", "--data", data, "--out", file, "--per-class", 7);
    assertRefused("image-form-invalid", "--data", data, "--out", file, "--channels", 2);
    assertRefused("option-invalid", "--data", data, "--out", file, "--threads", 0);
    assertRefused("training-settings-invalid", "--data", data, "--out", file, "--batch", 0);
    assertRefused(
        "training-diverged", "--data", data, "--out", file, "--learning-rate", 1e30, "--steps", 50);
    Files.writeString(data.resolve("a/bad.png"), "no image");
    Files.writeString(data.resolve("a/worse.png"), "");
    Files.writeString(data.resolve("b/worst.png"), "");
    Files.writeString(data.resolve("b/hopeless.png"), "");
    assertRefused("too-many-unreadable-files", "--data", data, "--out", file);
    assertThat(file).doesNotExist();
    Files.writeString(file, "somebody's work");
    assertRefused("generator-exists", "--data", data, "--out", file);
    assertThat(file).hasContent("somebody's work");
  }

  @Test
  void countsSkippedFiles() throws IOException {
    // Given
    Path data = greys(10);
    Files.writeString(data.resolve("a/bad.png"), "no image");

    // When
    int status =
        run("train-generator", "--data", data, "--out", folder.resolve("skip.safetensors"));

    // Then
    assertThat(status).isZero();
    assertThat(err.toString()).contains("1 files could not be read");
  }

  @Test
  void learnsTheBuiltInPicturesOfCastings() {
    Path file = folder.resolve("castings.safetensors");
    int status = run("train-generator", "--data", "castings", "--out", file, "--per-class", 8);
    assertThat(status).isZero();
    assertThat(GeneratorFile.open(file).card().classes()).contains("porosity", "scratch");
  }

  private void assertRefused(String code, Object... options) {
    List<Object> all = new ArrayList<>(List.of("train-generator"));
    all.addAll(Arrays.asList(options));
    assertThat(run(all.toArray())).isNotZero();
    assertThat(refusal).isNotNull().extracting(KumiaiException::code).isEqualTo(code);
  }

  private int run(Object... arguments) {
    List<String> all = new ArrayList<>();
    for (Object argument : arguments) {
      all.add(argument.toString());
    }
    if (all.getFirst().equals("train-generator")) {
      for (int i = 0; i < QUICK.length; i += 2) {
        if (!all.contains(QUICK[i])) {
          all.addAll(List.of(QUICK[i], QUICK[i + 1]));
        }
      }
    }
    refusal = null;
    return Offline.commands(GenerationSettings.NO_FOLDERS)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .setExecutionExceptionHandler(
            (thrown, _, _) -> {
              if (thrown instanceof KumiaiException expected) {
                refusal = expected;
                return 1;
              }
              throw thrown;
            })
        .execute(all.toArray(String[]::new));
  }

  private Path greys(int perClass) {
    ImageForm form = new ImageForm(8, 1);
    List<byte[]> pixels = new ArrayList<>();
    int[] labels = new int[3 * perClass];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i / perClass;
      byte[] image = new byte[form.values()];
      Arrays.fill(image, (byte) (40 * labels[i] + i % perClass));
      pixels.add(image);
    }
    Path data = folder.resolve("data");
    ImageFolderWriter.write(LabelledImages.of(List.of("a", "b", "c"), form, pixels, labels), data);
    return data;
  }
}
