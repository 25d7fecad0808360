package dev.kumiai.aggregation.rest;

import dev.kumiai.aggregation.fuzz.Effort;
import dev.kumiai.core.Digest;
import java.nio.charset.StandardCharsets;

/// Header fields that are taken apart by hand: `Range` and `Content-Digest`, and digests in paths.
public final class HeaderFuzz {

  private static final long[] SIZES = {0, 1, 1_000, 5L << 30};

  private HeaderFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) throws Exception {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    Effort.bounded(
        bytes.length,
        () -> {
          Digest digest = ContentDigest.parse(text);
          requireSame(digest, ContentDigest.parse(ContentDigest.format(digest)));
        });
    Effort.bounded(bytes.length, () -> requireSame(Digest.parse(text).toString(), text));
    for (long size : SIZES) {
      Effort.bounded(
          bytes.length,
          () -> ByteRange.parse(text, size).ifPresent(range -> requireWithin(range, size)));
    }
  }

  private static void requireWithin(ByteRange range, long size) {
    if (range.length() < 0 || range.length() > size) {
      throw new AssertionError(range + " of " + size);
    }
    if (range.length() > 0 && (range.first() < 0 || range.last() >= size)) {
      throw new AssertionError(range + " of " + size);
    }
  }

  private static void requireSame(Object expected, Object actual) {
    if (!expected.equals(actual)) {
      throw new AssertionError(expected + " became " + actual);
    }
  }
}
