package dev.kumiai.engine.data;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.imgcodecs.Imgcodecs;

/// Image files for tests, written by hand.
final class TestImages {

  private TestImages() {}

  /// Planar pixels that look like nothing, the same for the same seed.
  static byte[] noise(ImageForm form, int seed) {
    byte[] pixels = new byte[form.values()];
    new Random(seed).nextBytes(pixels);
    return pixels;
  }

  static byte[] png(ImageForm form, int seed) {
    return OpenCv.encodePng(noise(form, seed), form);
  }

  /// A JPEG of a plain colour.
  static byte[] jpeg(int height, int width, int red, int green, int blue) {
    OpenCv.load();
    Mat mat = new Mat(height, width, CvType.CV_8UC3, new org.opencv.core.Scalar(blue, green, red));
    MatOfByte encoded = new MatOfByte();
    Imgcodecs.imencode(".jpg", mat, encoded);
    byte[] bytes = encoded.toArray();
    encoded.release();
    mat.release();
    return bytes;
  }

  static Path put(Path file, byte[] content) {
    try {
      Files.createDirectories(file.getParent());
      return Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// An IDX file: magic number and dimensions as given, then the values; gzipped if the name says
  /// so.
  static Path idx(Path file, int magic, int[] dimensions, byte[] values) {
    try (OutputStream raw = Files.newOutputStream(file);
        OutputStream wrapped = file.toString().endsWith(".gz") ? new GZIPOutputStream(raw) : raw;
        DataOutputStream out = new DataOutputStream(wrapped)) {
      out.writeInt(magic);
      for (int dimension : dimensions) {
        out.writeInt(dimension);
      }
      out.write(values);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Cuts the last bytes off a file.
  static void shorten(Path file, int bytes) {
    try {
      byte[] all = Files.readAllBytes(file);
      Files.write(file, java.util.Arrays.copyOf(all, all.length - bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
