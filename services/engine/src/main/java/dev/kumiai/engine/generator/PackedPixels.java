package dev.kumiai.engine.generator;

import dev.kumiai.engine.data.ImageForm;

/// How the pixels of an image stand before the network: brought to a [PixelScale], padded at its
/// edges to a size that can be halved, and each patch of 2 x 2 pixels moved into channels ("pixel
/// unshuffle", Shi et al. 2016, arXiv 1609.05158).
///
/// Noise is independent for each value and so is every step of the diffusion, hence all of it
/// happens in this layout: the network works at half the resolution, at a quarter of the cost.
final class PackedPixels {

  /// Height and width of a patch.
  static final int PATCH = 2;

  private final ImageForm form;
  private final PixelScale scale;
  private final int padded;
  private final int before;

  /// @param multiple the padded size is a multiple of it, and it is one of [#PATCH]
  PackedPixels(ImageForm form, PixelScale scale, int multiple) {
    this.form = form;
    this.scale = scale;
    this.padded = (form.size() + multiple - 1) / multiple * multiple;
    this.before = (padded - form.size()) / 2;
  }

  /// Channels of a packed image.
  int channels() {
    return form.channels() * PATCH * PATCH;
  }

  /// Height and width of a packed image.
  int size() {
    return padded / PATCH;
  }

  /// What its values are brought to.
  PixelScale scale() {
    return scale;
  }

  /// Values of a packed image.
  int values() {
    return channels() * size() * size();
  }

  /// Packs planar pixels; the padding repeats the nearest pixel.
  void pack(byte[] pixels, float[] packed, int offset) {
    for (int c = 0; c < form.channels(); c++) {
      for (int y = 0; y < padded; y++) {
        for (int x = 0; x < padded; x++) {
          int pixel = (c * form.size() + inside(y)) * form.size() + inside(x);
          packed[offset + index(c, y, x)] = scale.of(pixels[pixel]);
        }
      }
    }
  }

  /// The planar pixels of a packed image, without the padding; values outside the range are
  /// clipped.
  byte[] unpack(float[] packed, int offset) {
    byte[] pixels = new byte[form.values()];
    int pixel = 0;
    for (int c = 0; c < form.channels(); c++) {
      for (int y = 0; y < form.size(); y++) {
        for (int x = 0; x < form.size(); x++) {
          pixels[pixel++] = scale.pixel(packed[offset + index(c, y + before, x + before)]);
        }
      }
    }
    return pixels;
  }

  private int inside(int paddedCoordinate) {
    return Math.clamp(paddedCoordinate - before, 0, form.size() - 1);
  }

  /// Pixel (y, x) of channel c stands in channel (c, y mod 2, x mod 2) at (y / 2, x / 2), as in
  /// PyTorch's `PixelUnshuffle`.
  private int index(int c, int y, int x) {
    int channel = (c * PATCH + y % PATCH) * PATCH + x % PATCH;
    return (channel * size() + y / PATCH) * size() + x / PATCH;
  }
}
