package dev.kumiai.engine.data;

import java.nio.ByteBuffer;
import java.util.Optional;

/// Images as files that came from somewhere else than the site's own folders.
public final class EncodedImage {

  /// Pixels of the largest image that is decoded: a few kilobytes of PNG can unfold to gigabytes.
  static final long MOST_PIXELS = 1L << 26;

  private static final int PNG_WIDTH = 16;
  private static final int PNG_HEADER = 24;

  private EncodedImage() {}

  /// Decodes a PNG or JPEG file and brings it to a form, as images in folders are.
  ///
  /// @return planar pixels; nothing if it is no image, is damaged, or is larger than 2^26 pixels
  public static Optional<byte[]> decode(byte[] file, ImageForm form) {
    if (pixels(file) > MOST_PIXELS) {
      return Optional.empty();
    }
    try {
      return Optional.of(OpenCv.decode(file, form));
    } catch (OpenCv.UnreadableImageException _) {
      return Optional.empty();
    }
  }

  /// As the header tells. Whatever has none that can be read is small: the decoder refuses it.
  private static long pixels(byte[] file) {
    ByteBuffer bytes = ByteBuffer.wrap(file);
    if (file.length >= PNG_HEADER && file[0] == (byte) 0x89) {
      return Integer.toUnsignedLong(bytes.getInt(PNG_WIDTH))
          * Integer.toUnsignedLong(bytes.getInt(PNG_WIDTH + Integer.BYTES));
    }
    return file.length >= 2 && file[0] == (byte) 0xff ? jpegPixels(bytes) : 0;
  }

  /// Walks over the segments of a JPEG to the start of its frame.
  private static long jpegPixels(ByteBuffer bytes) {
    int at = 2;
    while (at + 8 < bytes.limit()) {
      int marker = bytes.getShort(at) & 0xffff;
      if (marker == 0xffff) {
        at++;
        continue;
      }
      boolean frame =
          marker >= 0xffc0
              && marker <= 0xffcf
              && marker != 0xffc4
              && marker != 0xffc8
              && marker != 0xffcc;
      if (frame) {
        return (long) (bytes.getShort(at + 5) & 0xffff) * (bytes.getShort(at + 7) & 0xffff);
      }
      at += 2 + (bytes.getShort(at + 2) & 0xffff);
    }
    return 0;
  }
}
