package dev.kumiai.engine.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import java.util.List;
import org.junit.jupiter.api.Test;

class PixelScaleTest {

  @Test
  void bringsASetToMeanZeroAndVarianceOne() {
    // Given
    LabelledImages images = TinyGenerators.images(new ImageForm(6, 3), 40);

    // When
    PixelScale scale = PixelScale.of(images);

    // Then
    PackedPixels layout = new PackedPixels(images.form(), scale, 2);
    double sum = 0;
    double squares = 0;
    int count = 0;
    byte[] pixels = new byte[images.form().values()];
    float[] packed = new float[layout.values()];
    for (int i = 0; i < images.size(); i++) {
      images.copyPixels(i, pixels, 0);
      layout.pack(pixels, packed, 0);
      for (float value : packed) {
        sum += value;
        squares += value * value;
        count++;
      }
    }
    assertThat(sum / count).isCloseTo(0, within(1e-4));
    assertThat(squares / count).isCloseTo(1, within(1e-4));
  }

  @Test
  void everyPixelComesBack() {
    PixelScale scale = new PixelScale(-0.74, 0.62);
    for (int pixel = 0; pixel < 256; pixel++) {
      assertThat(scale.pixel(scale.of((byte) pixel))).isEqualTo((byte) pixel);
    }
    assertThat(scale.pixel(scale.black() - 3)).isEqualTo((byte) 0);
    assertThat(scale.pixel(scale.white() + 3)).isEqualTo((byte) 255);
  }

  @Test
  void aSetOfOneGreyHasALeastDeviation() {
    ImageForm form = new ImageForm(2, 1);
    LabelledImages grey =
        LabelledImages.of(List.of("grey"), form, List.of(new byte[form.values()]), new int[1]);
    assertThat(PixelScale.of(grey)).isEqualTo(new PixelScale(-1, 0.01));
    assertThatThrownBy(() -> new PixelScale(0, 0)).isInstanceOf(IllegalArgumentException.class);
  }
}
