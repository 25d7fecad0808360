package dev.kumiai.engine.data;

import dev.kumiai.engine.NativeLibraries;
import java.util.Arrays;
import java.util.OptionalInt;
import org.opencv.core.Core;
import org.opencv.core.CvException;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.core.MatOfInt;
import org.opencv.core.Size;
import org.opencv.imgcodecs.Imgcodecs;
import org.opencv.imgproc.Imgproc;

/// The way in to OpenCV: loads its library once and turns files into planar pixels and back.
///
/// OpenCV and not AWT, which a native executable does not have. Every `Mat` is released where it
/// was made: left to the collector, which sees only their small Java halves, they would fill the
/// native memory.
final class OpenCv {

  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  /// PNG at this zlib level is written four times faster than at the default and is a tenth larger.
  private static final int PNG_LEVEL = 1;

  private static boolean loaded;

  private OpenCv() {}

  /// Loads the library unless it is loaded. Whoever is first to call `org.opencv` calls this
  /// before.
  ///
  /// @throws dev.kumiai.core.KumiaiException.NotFound `native-libraries-missing`
  @SuppressWarnings("restricted") // The services are started with --enable-native-access.
  static synchronized void load() {
    if (loaded) {
      return;
    }
    NativeLibraries.find(Core.NATIVE_LIBRARY_NAME)
        .ifPresentOrElse(
            library -> System.load(library.toString()), nu.pattern.OpenCV::loadLocally);
    // Images are handled many at a time, each on one thread; more threads for one small image only
    // wait for each other.
    Core.setNumThreads(1);
    loaded = true;
  }

  /// A file's bytes are no image.
  static final class UnreadableImageException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableImageException(String reason) {
      super(reason);
    }
  }

  /// Decodes a PNG or JPEG file and brings it to `form`; other proportions are stretched to the
  /// square.
  ///
  /// @return planar pixels
  static byte[] decode(byte[] file, ImageForm form) throws UnreadableImageException {
    requireWhole(file);
    load();
    Mat encoded = new MatOfByte(file);
    Mat decoded = null;
    try {
      decoded =
          Imgcodecs.imdecode(
              encoded, form.channels() == 1 ? Imgcodecs.IMREAD_GRAYSCALE : Imgcodecs.IMREAD_COLOR);
      if (decoded.empty()) {
        throw new UnreadableImageException("is damaged");
      }
      return planar(decoded, form);
    } catch (CvException _) {
      throw new UnreadableImageException("is damaged or too large");
    } finally {
      encoded.release();
      if (decoded != null) {
        decoded.release();
      }
    }
  }

  /// Whether a file holds a grey image (1) or one in colour (3); nothing if it is no image.
  static OptionalInt channels(byte[] file) {
    try {
      requireWhole(file);
    } catch (UnreadableImageException _) {
      return OptionalInt.empty();
    }
    load();
    Mat encoded = new MatOfByte(file);
    Mat decoded = Imgcodecs.imdecode(encoded, Imgcodecs.IMREAD_UNCHANGED);
    try {
      return decoded.empty()
          ? OptionalInt.empty()
          : OptionalInt.of(decoded.channels() <= 2 ? 1 : 3);
    } finally {
      encoded.release();
      decoded.release();
    }
  }

  /// Tells what is no image by its first bytes, and what was cut off by its last: the decoder would
  /// fill the missing part of a JPEG with grey and say nothing.
  private static void requireWhole(byte[] file) throws UnreadableImageException {
    if (file.length == 0) {
      throw new UnreadableImageException("is empty");
    }
    if (startsWith(file, PNG)) {
      requirePngEnd(file);
      return;
    }
    if (file.length < 3
        || file[0] != (byte) 0xff
        || file[1] != (byte) 0xd8
        || file[2] != (byte) 0xff) {
      throw new UnreadableImageException("is neither PNG nor JPEG");
    }
    // Inside a scan no 0xff is followed by these codes, so the last of them is the end of the image
    // or the start of a
    // scan that never ended.
    for (int i = file.length - 2; i > 2; i--) {
      if (file[i] == (byte) 0xff && file[i + 1] == (byte) 0xd9) {
        return;
      }
      if (file[i] == (byte) 0xff && file[i + 1] == (byte) 0xda) {
        break;
      }
    }
    throw new UnreadableImageException("is cut off");
  }

  /// The last chunk of a PNG is empty: length 0, `IEND` and its checksum. Some programs append
  /// bytes of their own.
  private static void requirePngEnd(byte[] file) throws UnreadableImageException {
    for (int i = file.length - 8; i > PNG.length; i--) {
      if (file[i] == 'I' && file[i + 1] == 'E' && file[i + 2] == 'N' && file[i + 3] == 'D') {
        return;
      }
    }
    throw new UnreadableImageException("is cut off");
  }

  private static boolean startsWith(byte[] file, byte[] start) {
    return file.length >= start.length
        && Arrays.equals(file, 0, start.length, start, 0, start.length);
  }

  /// Brings interleaved pixels (row, column, channel) to `form`.
  ///
  /// @param channels 1, or 3 in the order red, green, blue
  /// @return planar pixels
  static byte[] toForm(byte[] interleaved, int height, int width, int channels, ImageForm form) {
    load();
    Mat mat = new Mat(height, width, channels == 1 ? CvType.CV_8UC1 : CvType.CV_8UC3);
    try {
      mat.put(0, 0, interleaved);
      if (channels == 3) {
        Imgproc.cvtColor(
            mat, mat, form.channels() == 1 ? Imgproc.COLOR_RGB2GRAY : Imgproc.COLOR_RGB2BGR);
      } else if (form.channels() == 3) {
        Imgproc.cvtColor(mat, mat, Imgproc.COLOR_GRAY2BGR);
      }
      return planar(mat, form);
    } finally {
      mat.release();
    }
  }

  /// Brings planar pixels from one form to another.
  static byte[] toForm(byte[] planar, ImageForm from, ImageForm to) {
    int plane = from.size() * from.size();
    byte[] interleaved = new byte[planar.length];
    for (int channel = 0; channel < from.channels(); channel++) {
      for (int i = 0; i < plane; i++) {
        interleaved[from.channels() * i + channel] = planar[channel * plane + i];
      }
    }
    return toForm(interleaved, from.size(), from.size(), from.channels(), to);
  }

  /// Writes planar pixels of `form` as a PNG file's bytes.
  static byte[] encodePng(byte[] planar, ImageForm form) {
    load();
    boolean grey = form.channels() == 1;
    Mat mat = new Mat(form.size(), form.size(), grey ? CvType.CV_8UC1 : CvType.CV_8UC3);
    try {
      mat.put(0, 0, grey ? planar : toBgr(planar, form));
      return encodePng(mat);
    } finally {
      mat.release();
    }
  }

  /// Interleaves planar pixels, blue first; grey becomes three equal channels.
  static byte[] toBgr(byte[] planar, ImageForm form) {
    int pixels = form.size() * form.size();
    int plane = form.channels() == 1 ? 0 : pixels;
    byte[] bgr = new byte[3 * pixels];
    for (int i = 0; i < pixels; i++) {
      bgr[3 * i] = planar[2 * plane + i];
      bgr[3 * i + 1] = planar[plane + i];
      bgr[3 * i + 2] = planar[i];
    }
    return bgr;
  }

  /// Writes a grey or BGR matrix as a PNG file's bytes.
  static byte[] encodePng(Mat mat) {
    MatOfByte encoded = new MatOfByte();
    MatOfInt options = new MatOfInt(Imgcodecs.IMWRITE_PNG_COMPRESSION, PNG_LEVEL);
    try {
      if (!Imgcodecs.imencode(".png", mat, encoded, options)) {
        throw new IllegalStateException("OpenCV could not write a PNG of " + mat);
      }
      return encoded.toArray();
    } finally {
      encoded.release();
      options.release();
    }
  }

  /// Resizes a grey or BGR matrix to `form` and takes its pixels out, red plane first.
  private static byte[] planar(Mat mat, ImageForm form) {
    int size = form.size();
    if (mat.rows() == size && mat.cols() == size) {
      return pixels(mat, form);
    }
    // Averaging areas keeps a shrunk image free of aliasing; it says nothing about enlarging.
    boolean shrinks = mat.rows() >= size && mat.cols() >= size;
    Mat sized = new Mat();
    try {
      int interpolation = shrinks ? Imgproc.INTER_AREA : Imgproc.INTER_LINEAR;
      Imgproc.resize(mat, sized, new Size(size, size), 0, 0, interpolation);
      return pixels(sized, form);
    } finally {
      sized.release();
    }
  }

  private static byte[] pixels(Mat mat, ImageForm form) {
    byte[] values = new byte[form.values()];
    mat.get(0, 0, values);
    return form.channels() == 1 ? values : bgrToPlanarRgb(values, form.size() * form.size());
  }

  private static byte[] bgrToPlanarRgb(byte[] bgr, int pixels) {
    byte[] rgb = new byte[bgr.length];
    for (int i = 0; i < pixels; i++) {
      rgb[i] = bgr[3 * i + 2];
      rgb[pixels + i] = bgr[3 * i + 1];
      rgb[2 * pixels + i] = bgr[3 * i];
    }
    return rgb;
  }
}
