package dev.kumiai.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.kumiai.core.KumiaiException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFolderReaderTest {

  private static final List<String> CLASSES = List.of("crack", "pit", "sound");
  private static final ImageForm FORM = new ImageForm(8, 1);

  @TempDir Path folder;

  @Test
  void readsClassesInOrderOfNames() throws IOException {
    put("pit/b.png", TestImages.png(FORM, 2));
    put("pit/a.png", TestImages.png(FORM, 1));
    put("crack/z.png", TestImages.png(FORM, 3));
    Files.createDirectories(folder.resolve("sound"));

    LoadedImages loaded = load();

    assertThat(loaded.skipped()).isEmpty();
    assertThat(loaded.images().countPerClass()).containsExactly(1, 2, 0);
    assertThat(pixels(loaded, 0)).isEqualTo(TestImages.noise(FORM, 3));
    assertThat(pixels(loaded, 1)).isEqualTo(TestImages.noise(FORM, 1));
    assertThat(pixels(loaded, 2)).isEqualTo(TestImages.noise(FORM, 2));
  }

  @Test
  void bringsAnyPictureToTheForm() {
    put("pit/wide.jpg", TestImages.jpeg(30, 90, 200, 100, 50));

    LabelledImages images = ImageSets.load(folder, CLASSES, new ImageForm(8, 3)).requireReadable(0);

    byte[] planar = new byte[192];
    images.copyPixels(0, planar, 0);
    assertThat(planar[0] & 0xff).isBetween(197, 203);
    assertThat(planar[64] & 0xff).isBetween(97, 103);
    assertThat(planar[128] & 0xff).isBetween(47, 53);
  }

  @Test
  void namesAndSkipsWhatIsNoImage() {
    put("pit/empty.png", new byte[0]);
    put("pit/good.png", TestImages.png(FORM, 1));
    put("pit/text.png", "not an image".getBytes(StandardCharsets.UTF_8));
    put("crack/inner/x.png", TestImages.png(FORM, 1));
    byte[] png = TestImages.png(new ImageForm(64, 3), 1);
    put("crack/half.png", Arrays.copyOf(png, png.length / 2));
    byte[] jpeg = TestImages.jpeg(64, 64, 1, 2, 3);
    put("crack/half.jpg", Arrays.copyOf(jpeg, jpeg.length - 20));
    byte[] damaged = TestImages.png(new ImageForm(64, 3), 1);
    Arrays.fill(damaged, 20, 60, (byte) 1);
    put("crack/damaged.png", damaged);

    LoadedImages loaded = load();

    assertThat(loaded.images().size()).isOne();
    assertThat(loaded.skipped())
        .containsExactly(
            new SkippedFile("crack/damaged.png", "is damaged"),
            new SkippedFile("crack/half.jpg", "is cut off"),
            new SkippedFile("crack/half.png", "is cut off"),
            new SkippedFile("crack/inner", "is a folder inside a class folder"),
            new SkippedFile("pit/empty.png", "is empty"),
            new SkippedFile("pit/text.png", "is neither PNG nor JPEG"));
  }

  @Test
  void goesByContentNotByName() {
    put("pit/photo.jpg", TestImages.png(FORM, 1));

    assertThat(load().images().size()).isOne();
  }

  @Test
  void passesOverHiddenFilesAndFilesBesideTheClasses() {
    put("report.json", new byte[] {'{', '}'});
    put(".cache/x.png", TestImages.png(FORM, 1));
    put("pit/.DS_Store", new byte[1]);
    put("pit/a.png", TestImages.png(FORM, 1));

    LoadedImages loaded = load();

    assertThat(loaded.skipped()).isEmpty();
    assertThat(loaded.images().size()).isOne();
  }

  @Test
  void rejectsFoldersThatAreNoClass() {
    put("dent/a.png", TestImages.png(FORM, 1));

    assertThatExceptionOfType(KumiaiException.Invalid.class)
        .isThrownBy(this::load)
        .withMessageContaining("dent is no class of this run, which has [crack, pit, sound]")
        .extracting(KumiaiException::code)
        .isEqualTo("class-unknown");
  }

  @Test
  void rejectsDirectoriesThatDoNotExist() {
    assertThatExceptionOfType(KumiaiException.NotFound.class)
        .isThrownBy(() -> ImageSets.load(folder.resolve("absent"), CLASSES, FORM))
        .withMessageContaining("absent is no directory")
        .extracting(KumiaiException::code)
        .isEqualTo("dataset-missing");
  }

  @Test
  void rejectsImagesOutsideOfClassFolders() {
    put("a.png", TestImages.png(FORM, 1));

    assertThatExceptionOfType(KumiaiException.Invalid.class)
        .isThrownBy(this::load)
        .extracting(KumiaiException::code)
        .isEqualTo("dataset-unrecognised");
  }

  @Test
  void takesAnEmptyDirectoryAsASetWithoutImages() {
    assertThat(load().images().isEmpty()).isTrue();
  }

  @Test
  void readsClassNamesInAlphabeticalOrder() throws IOException {
    Files.createDirectories(folder.resolve("b"));
    Files.createDirectories(folder.resolve("a"));
    put("notes.txt", new byte[1]);

    assertThat(ImageSets.classesOf(folder)).containsExactly("a", "b");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void tellsGreyFromColourByTheFirstImage(int channels) {
    put("kyoto/pit/.hidden", new byte[1]);
    put("kyoto/pit/a.txt", new byte[1]);
    put("kyoto/pit/b.png", TestImages.png(new ImageForm(4, channels), 1));

    assertThat(ImageSets.channelsOf(folder)).isEqualTo(channels);
  }

  @Test
  void readsEuroSat() {
    Path train = RealData.require("eurosat/train");

    LoadedImages loaded = ImageSets.load(train, ImageSets.classesOf(train), new ImageForm(32, 3));

    assertThat(loaded.skipped()).isEmpty();
    assertThat(loaded.images().countPerClass()).hasSize(10).containsOnly(300);
  }

  private LoadedImages load() {
    return ImageSets.load(folder, CLASSES, FORM);
  }

  private void put(String name, byte[] content) {
    TestImages.put(folder.resolve(name), content);
  }

  private static byte[] pixels(LoadedImages loaded, int index) {
    byte[] pixels = new byte[FORM.values()];
    loaded.images().copyPixels(index, pixels, 0);
    return pixels;
  }
}
