package dev.kumiai.engine.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kumiai.engine.data.ImageForm;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackedPixelsTest {

  @Test
  void standsAsPyTorchPadsAndUnshufflesPixels() {
    // Given
    PackedPixels layout = new PackedPixels(new ImageForm(10, 3), new PixelScale(0, 1), 4);
    float[] golden = Golden.floats("packing.pixels");
    byte[] pixels = new byte[golden.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) golden[i];
    }
    float[] packed = new float[layout.values()];

    // When
    layout.pack(pixels, packed, 0);

    // Then
    assertThat(packed).containsExactly(Golden.floats("packing.packed"), within(1e-6f));
  }

  @ParameterizedTest
  @CsvSource({"28, 1, 8, 32", "32, 3, 8, 32", "31, 3, 8, 32", "5, 1, 4, 8", "64, 1, 16, 64"})
  void returnsEveryPixelAsItWas(int size, int channels, int multiple, int padded) {
    // Given
    ImageForm form = new ImageForm(size, channels);
    PackedPixels layout = new PackedPixels(form, new PixelScale(-0.3, 0.17), multiple);
    byte[] pixels = new byte[form.values()];
    new Random(size).nextBytes(pixels);
    float[] packed = new float[3 + layout.values()];

    // When
    layout.pack(pixels, packed, 3);

    // Then
    assertThat(layout.size()).isEqualTo(padded / 2);
    assertThat(layout.channels()).isEqualTo(4 * channels);
    assertThat(layout.unpack(packed, 3)).isEqualTo(pixels);
  }

  @Test
  void clipsValuesOutsideTheRangeOfPixels() {
    // Given
    PackedPixels layout = new PackedPixels(new ImageForm(2, 1), new PixelScale(0, 1), 2);
    float[] packed = {-7f, -1f, 1f, 1.5f};

    // When
    byte[] pixels = layout.unpack(packed, 0);

    // Then
    assertThat(pixels).containsExactly(0, 0, 255, 255);
  }
}
