package dev.kumiai.engine.quality;

import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import java.util.List;
import java.util.stream.IntStream;

/// Images reduced to at most 32 x 32 pixels, each the mean of those it stands for, so that a set
/// can be compared pixel by pixel without holding it in full.
final class SmallPixels {

  /// Of a side, in pixels.
  private static final int MOST = 32;

  /// Values after which a comparison may be given up.
  private static final int STRETCH = 64;

  private SmallPixels() {}

  static List<byte[]> of(LabelledImages images) {
    return IntStream.range(0, images.size()).mapToObj(i -> of(images, i)).toList();
  }

  /// Image `index`, planar as it was.
  static byte[] of(LabelledImages images, int index) {
    ImageForm form = images.form();
    byte[] pixels = new byte[form.values()];
    images.copyPixels(index, pixels, 0);
    if (form.size() <= MOST) {
      return pixels;
    }
    byte[] reduced = new byte[form.channels() * MOST * MOST];
    for (int i = 0; i < reduced.length; i++) {
      int channel = i / (MOST * MOST);
      int row = i / MOST % MOST;
      reduced[i] = mean(pixels, form.size(), channel, row, i % MOST);
    }
    return reduced;
  }

  private static byte mean(byte[] pixels, int size, int channel, int row, int column) {
    long sum = 0;
    int top = row * size / MOST;
    int bottom = (row + 1) * size / MOST;
    int left = column * size / MOST;
    int right = (column + 1) * size / MOST;
    for (int r = top; r < bottom; r++) {
      for (int c = left; c < right; c++) {
        sum += pixels[(channel * size + r) * size + c] & 0xff;
      }
    }
    return (byte) Math.round((double) sum / ((bottom - top) * (right - left)));
  }

  /// How far two reduced images are apart in levels of 255: the root of the mean square over all
  /// values.
  ///
  /// @return any number from `limit` on, when they are at least that far apart
  static double levels(byte[] one, byte[] other, double limit) {
    double most = limit * limit * one.length;
    long sum = 0;
    for (int start = 0; start < one.length && sum <= most; start += STRETCH) {
      int end = Math.min(one.length, start + STRETCH);
      for (int i = start; i < end; i++) {
        int difference = (one[i] & 0xff) - (other[i] & 0xff);
        sum += (long) difference * difference;
      }
    }
    return Math.sqrt((double) sum / one.length);
  }
}
