package dev.kumiai.engine.generator;

import java.util.List;

/// The size of a [UNet].
///
/// @param widths channels at each resolution, finest first; each next resolution has half the
///   height and width
/// @param embedding width of the vector that carries time and class into every block
/// @param heads heads of every self-attention; divides every width but the finest
/// @param groups groups of every group normalisation; divides every width
public record DiffusionArchitecture(List<Integer> widths, int embedding, int heads, int groups) {

  /// About 1.4 million parameters.
  public static final DiffusionArchitecture STANDARD =
      new DiffusionArchitecture(List.of(32, 64, 128), 128, 4, 8);

  private static final int MAX_LEVELS = 6;
  private static final int MAX_WIDTH = 1024;

  public DiffusionArchitecture {
    widths = List.copyOf(widths);
    if (widths.isEmpty() || widths.size() > MAX_LEVELS) {
      throw new IllegalArgumentException("1 to " + MAX_LEVELS + " resolutions, not " + widths);
    }
    requireWidth(embedding);
    requireWidth(groups);
    requireWidth(heads);
    for (int width : widths) {
      requireWidth(width);
      if (width % groups != 0) {
        throw new IllegalArgumentException(groups + " groups do not divide width " + width);
      }
    }
    if (embedding % 2 != 0) {
      throw new IllegalArgumentException("an embedding is even, not " + embedding);
    }
    for (int width : widths.size() == 1 ? widths : widths.subList(1, widths.size())) {
      if (width % heads != 0) {
        throw new IllegalArgumentException(heads + " heads do not divide width " + width);
      }
    }
  }

  private static void requireWidth(int width) {
    if (width < 1 || width > MAX_WIDTH) {
      throw new IllegalArgumentException("a width is from 1 to " + MAX_WIDTH + ", not " + width);
    }
  }

  /// Images are padded to a multiple of this many pixels: the patches of [PackedPixels] are halved
  /// at each further resolution.
  int pixelMultiple() {
    return PackedPixels.PATCH << (widths.size() - 1);
  }
}
