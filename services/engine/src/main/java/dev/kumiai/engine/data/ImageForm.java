package dev.kumiai.engine.data;

/// The form that all images of a set are brought to: square, grey or RGB.
///
/// @param size height and width in pixels
/// @param channels 1 for grey, 3 for RGB
public record ImageForm(int size, int channels) {

  public ImageForm {
    if (size < 1 || (channels != 1 && channels != 3)) {
      throw new IllegalArgumentException(
          "images are at least 1 pixel wide with 1 or 3 channels, not " + size + "/" + channels);
    }
  }

  /// Values of one image: channels x size x size.
  public int values() {
    return channels * size * size;
  }
}
