package dev.kumiai.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.kumiai.core.KumiaiException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdxReaderTest {

  private static final int IMAGES = 0x0803;
  private static final int COLOUR_IMAGES = 0x0804;
  private static final int LABELS = 0x0801;
  private static final List<String> CLASSES = List.of("0", "1", "2");
  private static final ImageForm FORM = new ImageForm(4, 1);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"", ".gz"})
  void readsImagesAndLabels(String suffix) {
    byte[] pixels = TestImages.noise(new ImageForm(4, 3), 1);
    images("train", suffix, IMAGES, new int[] {3, 4, 4}, pixels);
    labels("train", suffix, 3, (byte) 2, (byte) 0, (byte) 1);

    LoadedImages loaded = ImageSets.load(folder, CLASSES, FORM);

    assertThat(loaded.skipped()).isEmpty();
    assertThat(labelsOf(loaded.images())).containsExactly(2, 0, 1);
    byte[] together = new byte[48];
    for (int i = 0; i < 3; i++) {
      loaded.images().copyPixels(i, together, 16 * i);
    }
    assertThat(together).isEqualTo(pixels);
  }

  @Test
  void takesTheTestPartWhereNoTrainPartIs() {
    images("t10k", ".gz", IMAGES, new int[] {1, 4, 4}, new byte[16]);
    labels("t10k", ".gz", 1, (byte) 1);

    LabelledImages images = ImageSets.load(folder, CLASSES, FORM).images();

    assertThat(labelsOf(images)).containsExactly(1);
  }

  @Test
  void readsColourImagesOfFourDimensions() {
    byte[] redThenBlue = {(byte) 200, 10, 20, 5, 6, (byte) 250};
    images("train", "", COLOUR_IMAGES, new int[] {2, 1, 1, 3}, redThenBlue);
    labels("train", "", 2, (byte) 0, (byte) 1);

    LabelledImages images = ImageSets.load(folder, CLASSES, new ImageForm(1, 3)).images();

    byte[] planar = new byte[6];
    images.copyPixels(0, planar, 0);
    images.copyPixels(1, planar, 3);
    assertThat(planar).isEqualTo(redThenBlue);
  }

  @Test
  void averagesAreasWhenItShrinks() {
    byte[] checks = {0, 100, 20, 20, 100, (byte) 200, 20, 20, 1, 1, 9, 9, 1, 1, 9, 9};
    images("train", "", IMAGES, new int[] {1, 4, 4}, checks);
    labels("train", "", 1, (byte) 0);

    LabelledImages images = ImageSets.load(folder, CLASSES, new ImageForm(2, 1)).images();

    byte[] small = new byte[4];
    images.copyPixels(0, small, 0);
    assertThat(small).containsExactly(100, 20, 1, 9);
  }

  @Test
  void turnsGreyIntoThreeEqualChannelsAndEnlarges() {
    images("train", "", IMAGES, new int[] {1, 1, 1}, new byte[] {77});
    labels("train", "", 1, (byte) 0);

    LabelledImages images = ImageSets.load(folder, CLASSES, new ImageForm(2, 3)).images();

    byte[] planar = new byte[12];
    images.copyPixels(0, planar, 0);
    assertThat(planar).containsOnly(77);
  }

  @Test
  void namesClassesByTheLargestLabel() {
    images("train", "", IMAGES, new int[] {2, 1, 1}, new byte[2]);
    labels("train", "", 2, (byte) 3, (byte) 0);

    List<String> classes = ImageSets.classesOf(folder);

    assertThat(classes).containsExactly("0", "1", "2", "3");
  }

  @ParameterizedTest
  @CsvSource({"2051, 1", "2052, 3"})
  void tellsGreyFromColour(int magic, int channels) {
    images("train", "", magic, new int[] {0, 1, 1, 3}, new byte[0]);

    assertThat(ImageSets.channelsOf(folder)).isEqualTo(channels);
  }

  @Test
  void rejectsLabelsWithoutAClass() {
    images("train", "", IMAGES, new int[] {2, 4, 4}, new byte[32]);
    labels("train", "", 2, (byte) 0, (byte) 3);

    assertInvalid(this::load, "idx-label-out-of-range", "train-labels-idx1-ubyte: label 1 is 3");
  }

  @Test
  void rejectsAnotherMagicNumber() {
    images("train", "", 0x0D03, new int[] {1, 4, 4}, new byte[16]);
    labels("train", "", 1, (byte) 0);

    assertInvalid(this::load, "idx-magic", "train-images-idx3-ubyte starts with 0x00000d03");
  }

  @Test
  void rejectsLabelsWithTheMagicNumberOfImages() {
    images("train", "", IMAGES, new int[] {1, 4, 4}, new byte[16]);
    TestImages.idx(folder.resolve("train-labels-idx1-ubyte"), IMAGES, new int[] {1}, new byte[1]);

    assertInvalid(this::load, "idx-magic", "train-labels-idx1-ubyte starts with 0x00000803");
  }

  @Test
  void rejectsCountsThatDiffer() {
    images("train", "", IMAGES, new int[] {2, 4, 4}, new byte[32]);
    labels("train", "", 3, (byte) 0, (byte) 1, (byte) 2);

    assertInvalid(this::load, "idx-counts-differ", "has 2 images but");
  }

  @Test
  void rejectsImagesThatEndEarly() {
    images("train", "", IMAGES, new int[] {2, 4, 4}, new byte[31]);
    labels("train", "", 2, (byte) 0, (byte) 1);

    assertInvalid(this::load, "idx-truncated", "train-images-idx3-ubyte is cut off");
  }

  @Test
  void rejectsLabelsThatEndEarly() {
    images("train", "", IMAGES, new int[] {2, 4, 4}, new byte[32]);
    labels("train", "", 2, (byte) 0);

    assertInvalid(this::load, "idx-truncated", "train-labels-idx1-ubyte is cut off");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 9, 30})
  void rejectsGzipThatWasCutOff(int bytes) {
    Path file =
        images(
            "train", ".gz", IMAGES, new int[] {4, 4, 4}, TestImages.noise(new ImageForm(8, 1), 1));
    labels("train", ".gz", 4, (byte) 0, (byte) 1, (byte) 1, (byte) 1);
    TestImages.shorten(file, bytes);

    assertInvalid(this::load, "idx-truncated", "train-images-idx3-ubyte.gz is cut off or damaged");
  }

  @Test
  void rejectsWhatIsNoGzipAtAll() {
    TestImages.put(
        folder.resolve("train-images-idx3-ubyte.gz"),
        "<html>".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    labels("train", ".gz", 1, (byte) 0);

    assertInvalid(this::load, "idx-truncated", "train-images-idx3-ubyte.gz");
  }

  @Test
  void rejectsBytesAfterTheLastImage() {
    images("train", "", IMAGES, new int[] {1, 4, 4}, new byte[17]);
    labels("train", "", 1, (byte) 0);

    assertInvalid(this::load, "idx-trailing-bytes", "train-images-idx3-ubyte goes on");
  }

  @Test
  void rejectsSizesThatNoImageHas() {
    images("train", "", IMAGES, new int[] {1, 1 << 20, 1 << 20}, new byte[16]);
    labels("train", "", 1, (byte) 0);

    assertInvalid(this::load, "idx-shape", "a side of 1048576 pixels");
  }

  @Test
  void rejectsCountsThatAreNegative() {
    images("train", "", IMAGES, new int[] {-1, 4, 4}, new byte[16]);
    labels("train", "", 1, (byte) 0);

    assertInvalid(this::load, "idx-shape", "says it has -1 entries");
  }

  @Test
  void rejectsFourDimensionsWithOtherThanThreeChannels() {
    images("train", "", COLOUR_IMAGES, new int[] {1, 2, 2, 4}, new byte[16]);
    labels("train", "", 1, (byte) 0);

    assertInvalid(this::load, "idx-shape", "has 4 channels");
  }

  @Test
  void rejectsImagesWithoutLabels() {
    images("train", "", IMAGES, new int[] {1, 4, 4}, new byte[16]);

    assertInvalid(this::load, "idx-pair-incomplete", "lacks train-labels-idx1-ubyte");
  }

  @Test
  void readsMnist() {
    Path mnist = RealData.require("mnist");

    LabelledImages images =
        ImageSets.load(mnist, ImageSets.classesOf(mnist), new ImageForm(28, 1)).images();

    assertThat(images.countPerClass())
        .containsExactly(5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949);
    assertThat(Files.exists(mnist.resolve("t10k-images-idx3-ubyte.gz"))).isTrue();
  }

  private LoadedImages load() {
    return ImageSets.load(folder, CLASSES, FORM);
  }

  private Path images(String part, String suffix, int magic, int[] dimensions, byte[] pixels) {
    Path file = folder.resolve(part + "-images-idx3-ubyte" + suffix);
    return TestImages.idx(file, magic, dimensions, pixels);
  }

  private void labels(String part, String suffix, int count, byte... labels) {
    Path file = folder.resolve(part + "-labels-idx1-ubyte" + suffix);
    TestImages.idx(file, LABELS, new int[] {count}, labels);
  }

  private static int[] labelsOf(LabelledImages images) {
    return IntStream.range(0, images.size()).map(images::label).toArray();
  }

  private static void assertInvalid(ThrowingCallable call, String code, String message) {
    assertThatExceptionOfType(KumiaiException.Invalid.class)
        .isThrownBy(call)
        .withMessageContaining(message)
        .extracting(KumiaiException::code)
        .isEqualTo(code);
  }
}
