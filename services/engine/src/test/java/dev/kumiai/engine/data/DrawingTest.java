package dev.kumiai.engine.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.engine.data.LineChart.Point;
import dev.kumiai.engine.data.LineChart.Series;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opencv.core.Mat;
import org.opencv.imgcodecs.Imgcodecs;

class DrawingTest {

  private static final int BLUE = 0x0072b2;
  private static final int ORANGE = 0xd55e00;

  @TempDir Path folder;

  @Test
  void aChartHasALineOfItsColourForEachSeries() {
    Path file = folder.resolve("deep/chart.png");

    new LineChart(
            "Accuracy",
            "round",
            "accuracy",
            List.of(
                new Series("with", List.of(new Point(0, 0.2), new Point(10, 0.9))),
                new Series("without", List.of(new Point(0, 0.1), new Point(10, 0.5)))))
        .write(file);

    int[] pixels = read(file);
    assertThat(pixels).hasSize(900 * 520);
    assertThat(IntStream.of(pixels).filter(p -> p == BLUE).count()).isGreaterThan(500);
    assertThat(IntStream.of(pixels).filter(p -> p == ORANGE).count()).isGreaterThan(500);
    assertThat(IntStream.of(pixels).filter(p -> p == 0xffffff).count()).isGreaterThan(400_000);
  }

  @Test
  void aLossThatIsNotFiniteLeavesAGap() {
    Path whole = folder.resolve("whole.png");
    Path broken = folder.resolve("broken.png");

    chart(0.5).write(whole);
    chart(Double.NaN).write(broken);

    long inWhole = IntStream.of(read(whole)).filter(p -> p == BLUE).count();
    assertThat(IntStream.of(read(broken)).filter(p -> p == BLUE).count())
        .isPositive()
        .isLessThan(inWhole / 2);
  }

  @Test
  void aChartOfNothingIsStillAChart() {
    Path file = folder.resolve("none.png");

    new LineChart("Loss", "step", "loss", List.of(new Series("loss", List.of()))).write(file);

    assertThat(file).isNotEmptyFile();
  }

  @Test
  void aContactSheetShowsTheFirstImagesOfEachClass() throws IOException {
    ImageForm form = new ImageForm(16, 3);
    byte[] red = new byte[form.values()];
    java.util.Arrays.fill(red, 0, 256, (byte) 255);
    LabelledImages images =
        LabelledImages.of(
            List.of("empty", "red"), form, List.of(red, red, red), new int[] {1, 1, 1});
    Path file = folder.resolve("sheet.png");

    ContactSheet.write("Samples", images, 2, file);

    long reds = IntStream.of(read(file)).filter(p -> p == 0xff0000).count();
    assertThat(reds).as("two of three images, 64 pixels wide").isEqualTo(2 * 64 * 64);
    try (var files = Files.list(folder)) {
      assertThat(files).as("no temporary file stays").containsExactly(file);
    }
  }

  @Test
  void aSheetOfOneClassShowsEveryImageWithItsName() {
    ImageForm form = new ImageForm(16, 3);
    byte[] red = new byte[form.values()];
    java.util.Arrays.fill(red, 0, 256, (byte) 255);
    LabelledImages images =
        LabelledImages.of(List.of("red"), form, List.of(red, red, red), new int[3]);
    Path named = folder.resolve("named.png");
    Path nameless = folder.resolve("nameless.png");

    ContactSheet.writeNamed("red", images, List.of("00000", "00001", "00002"), 2, named);
    ContactSheet.writeNamed("red", images, List.of("", "", ""), 2, nameless);

    long reds = IntStream.of(read(named)).filter(p -> p == 0xff0000).count();
    assertThat(reds).as("all three, 80 pixels wide, in two rows").isEqualTo(3 * 80 * 80);
    assertThat(dark(named)).isGreaterThan(dark(nameless) + 50);
  }

  /// Pixels that are neither white nor red.
  private static long dark(Path file) {
    return IntStream.of(read(file)).filter(p -> p != 0xffffff && p != 0xff0000).count();
  }

  private static LineChart chart(double middle) {
    List<Point> points = List.of(new Point(0, 1), new Point(5, middle), new Point(10, 0));
    return new LineChart("Loss", "step", "loss", List.of(new Series("loss", points)));
  }

  /// Pixels as 0xRRGGBB.
  private static int[] read(Path file) {
    OpenCv.load();
    Mat mat = Imgcodecs.imread(file.toString());
    byte[] bgr = new byte[3 * mat.rows() * mat.cols()];
    mat.get(0, 0, bgr);
    mat.release();
    return IntStream.range(0, bgr.length / 3)
        .map(
            i ->
                (bgr[3 * i] & 0xff)
                    | ((bgr[3 * i + 1] & 0xff) << 8)
                    | ((bgr[3 * i + 2] & 0xff) << 16))
        .toArray();
  }
}
