package dev.kumiai.engine.data;

import dev.kumiai.core.KumiaiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfPoint;
import org.opencv.core.Point;
import org.opencv.core.Rect;
import org.opencv.core.Scalar;
import org.opencv.core.Size;
import org.opencv.imgproc.Imgproc;

/// Draws for people: lines, words and pictures on a white sheet that becomes a PNG.
///
/// Everything is drawn three times larger and averaged down, so that OpenCV's stroked letters look
/// printed. Places are in pixels of the result; colours are 0xRRGGBB.
final class Canvas implements AutoCloseable {

  static final int BLACK = 0x1f2933;
  static final int GREY = 0x7b8794;
  static final int PALE = 0xe4e7eb;
  private static final int WHITE = 0xffffff;
  private static final int SCALE = 3;
  private static final int FONT = Imgproc.FONT_HERSHEY_SIMPLEX;

  /// Height of a capital letter at font scale 1, in pixels.
  private static final double CAPITAL = 21;

  private final int width;
  private final int height;
  private final Mat sheet;

  Canvas(int width, int height) {
    OpenCv.load();
    this.width = width;
    this.height = height;
    this.sheet = new Mat(height * SCALE, width * SCALE, CvType.CV_8UC3, colour(WHITE));
  }

  /// Where a word stands in relation to the place that is named for it.
  enum Align {
    LEFT(0),
    CENTRE(0.5),
    RIGHT(1);

    private final double share;

    Align(double share) {
      this.share = share;
    }
  }

  void line(double x0, double y0, double x1, double y1, int colour, double thickness) {
    Imgproc.line(
        sheet, point(x0, y0), point(x1, y1), colour(colour), stroke(thickness), Imgproc.LINE_AA);
  }

  /// A line through several places, round at its corners.
  void polyline(double[] xs, double[] ys, int colour, double thickness) {
    Point[] points = new Point[xs.length];
    for (int i = 0; i < xs.length; i++) {
      points[i] = point(xs[i], ys[i]);
    }
    MatOfPoint line = new MatOfPoint(points);
    try {
      Imgproc.polylines(
          sheet, List.of(line), false, colour(colour), stroke(thickness), Imgproc.LINE_AA);
    } finally {
      line.release();
    }
  }

  void dot(double x, double y, double radius, int colour) {
    Imgproc.circle(
        sheet, point(x, y), stroke(radius), colour(colour), Imgproc.FILLED, Imgproc.LINE_AA);
  }

  /// Writes words with their baseline at `y`.
  ///
  /// @param capital height of a capital letter
  void text(String words, double x, double y, double capital, int colour, Align align) {
    double left = x - align.share * textWidth(words, capital);
    Imgproc.putText(
        sheet,
        words,
        point(left, y),
        FONT,
        capital * SCALE / CAPITAL,
        colour(colour),
        stroke(capital / 9),
        Imgproc.LINE_AA);
  }

  double textWidth(String words, double capital) {
    int[] baseline = new int[1];
    double scale = capital * SCALE / CAPITAL;
    return Imgproc.getTextSize(words, FONT, scale, stroke(capital / 9), baseline).width / SCALE;
  }

  /// Puts a picture on the sheet, `side` pixels wide, its own pixels as squares.
  void image(byte[] planar, ImageForm form, int x, int y, int side) {
    byte[] bgr = OpenCv.toBgr(planar, form);
    Mat image = new Mat(form.size(), form.size(), CvType.CV_8UC3);
    Mat place = sheet.submat(new Rect(x * SCALE, y * SCALE, side * SCALE, side * SCALE));
    try {
      image.put(0, 0, bgr);
      boolean shrinks = form.size() > side * SCALE;
      Imgproc.resize(
          image, place, place.size(), 0, 0, shrinks ? Imgproc.INTER_AREA : Imgproc.INTER_NEAREST);
    } finally {
      image.release();
      place.release();
    }
  }

  /// Writes the sheet, whole or not at all.
  void write(Path file) {
    Mat small = new Mat();
    try {
      Imgproc.resize(sheet, small, new Size(width, height), 0, 0, Imgproc.INTER_AREA);
      Path folder = file.toAbsolutePath().getParent();
      Files.createDirectories(folder);
      Path temporary = Files.createTempFile(folder, "." + file.getFileName(), ".tmp");
      Files.write(temporary, OpenCv.encodePng(small));
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new KumiaiException.Unavailable(
          "file-not-written", "cannot write " + file + ": " + e.getMessage(), e);
    } finally {
      small.release();
    }
  }

  @Override
  public void close() {
    sheet.release();
  }

  private static Point point(double x, double y) {
    return new Point(Math.round(x * SCALE), Math.round(y * SCALE));
  }

  private static int stroke(double thickness) {
    return Math.max(1, (int) Math.round(thickness * SCALE));
  }

  private static Scalar colour(int rgb) {
    return new Scalar(rgb & 0xff, (rgb >> 8) & 0xff, (rgb >> 16) & 0xff);
  }
}
