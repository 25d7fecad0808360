package dev.kumiai.engine.generator.classical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.engine.data.Castings;
import dev.kumiai.engine.data.ImageFolderWriter;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.generator.Capabilities;
import dev.kumiai.engine.generator.GenerationRequest;
import dev.kumiai.engine.generator.Guidance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublicImagesTest {

  private static final ImageForm LARGE = new ImageForm(24, 3);
  private static final ImageForm FORM = new ImageForm(16, 1);
  private static final int PER_CLASS = 7;

  @TempDir private Path folder;

  @BeforeEach
  void fill() {
    ImageFolderWriter.write(
        Castings.renderMixed(1, "test", List.of(Castings.Plant.values()), PER_CLASS, LARGE),
        folder);
  }

  private PublicImages open() {
    return PublicImages.open("textures", folder, FORM);
  }

  private List<Digest> generate(String label, int first, int count, long seed) {
    List<Digest> made = new ArrayList<>();
    open()
        .generate(
            request(label, first, count, seed),
            batch -> {
              assertThat(batch.form()).isEqualTo(FORM);
              assertThat(batch.classes()).containsExactly(label);
              made.addAll(digests(batch));
            },
            Progress.SILENT);
    return made;
  }

  private static GenerationRequest request(String label, int first, int count, long seed) {
    return new GenerationRequest(label, first, count, null, new Guidance.Prompt(), 2, 25, seed);
  }

  private static List<Digest> digests(LabelledImages images) {
    return IntStream.range(0, images.size()).mapToObj(images::contentDigest).toList();
  }

  @Test
  void everyImageIsTakenOnceBeforeAnyIsTakenAgain() {
    List<Digest> made = generate("pit", 0, 2 * PER_CLASS, 5);

    assertThat(made.subList(0, PER_CLASS)).doesNotHaveDuplicates();
    assertThat(made.subList(PER_CLASS, 2 * PER_CLASS))
        .containsExactlyInAnyOrderElementsOf(made.subList(0, PER_CLASS))
        .isNotEqualTo(made.subList(0, PER_CLASS));
    assertThat(generate("crack", 0, PER_CLASS, 5)).doesNotContainAnyElementsOf(made);
  }

  @Test
  void imageDependsOnSeedClassAndIndexAlone() {
    List<Digest> whole = generate("pit", 0, 300, 5);

    assertThat(generate("pit", 257, 43, 5)).isEqualTo(whole.subList(257, 300));
    assertThat(generate("pit", 0, 7, 6)).isNotEqualTo(whole.subList(0, 7));
  }

  @Test
  void knowsTheClassesOfItsFolders() {
    assertThat(open().capabilities().vocabulary())
        .isEqualTo(new Capabilities.Closed(Castings.CLASSES.stream().sorted().toList()));
    assertThatThrownBy(() -> generate("purple", 0, 1, 5))
        .isInstanceOf(KumiaiException.Invalid.class)
        .hasMessageContaining("'purple'")
        .hasMessageContaining("pit");
  }

  @Test
  void passesOverWhatIsNoImage() throws Exception {
    Files.writeString(folder.resolve("pit/00000.png"), "not an image");

    assertThat(generate("pit", 0, PER_CLASS - 1, 5)).doesNotHaveDuplicates();
  }

  @Test
  void saysThatAClassHasNoImages() throws Exception {
    Files.createDirectories(folder.resolve("warp"));

    assertThatThrownBy(() -> generate("warp", 0, 1, 5))
        .hasMessageContaining("'warp'")
        .extracting("code")
        .isEqualTo("public-class-empty");
  }

  @Test
  void saysWhereTheImagesShouldBe() {
    assertThatThrownBy(() -> PublicImages.open("textures", folder.resolve("none"), FORM))
        .isInstanceOf(KumiaiException.NotFound.class)
        .hasMessageContaining("public/textures")
        .extracting("code")
        .isEqualTo("public-images-missing");
  }

  @Test
  void followsNoRealSamples() {
    LabelledImages real =
        Castings.renderMixed(2, "test", List.of(Castings.Plant.values()), 1, FORM).ofClass("pit");
    Guidance guidance = new Guidance.Real(0.5, real);

    assertThatThrownBy(
            () ->
                open()
                    .generate(
                        new GenerationRequest("pit", 1, guidance, 2, 25, 1),
                        _ -> {},
                        Progress.SILENT))
        .extracting("code")
        .isEqualTo("generator-guidance-unsupported");
  }
}
