package dev.kumiai.engine.generator.classical;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.engine.data.Castings;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.ImageSets;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.data.RealData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MirrorTest {

  @Test
  void lettersAreOtherLettersInTheMirror() {
    assertThat(Mirror.suits(letters(true))).isFalse();
    assertThat(Mirror.suits(letters(false))).isTrue();
  }

  /// A stem and, where it leans, a bow at its right; somewhere in the middle.
  private static LabelledImages letters(boolean lean) {
    ImageForm form = new ImageForm(16, 1);
    List<byte[]> pixels = new ArrayList<>();
    for (int shift = 0; shift < 9; shift++) {
      byte[] image = new byte[form.values()];
      int stem = 6 + shift % 3;
      for (int row = 2 + shift / 3; row < 12 + shift / 3; row++) {
        image[row * 16 + stem] = (byte) 255;
        image[row * 16 + stem + 1] = (byte) 255;
        if (lean && row < 7) {
          Arrays.fill(image, row * 16 + stem, row * 16 + stem + 5, (byte) 255);
        }
      }
      pixels.add(image);
    }
    return LabelledImages.of(List.of("letter"), form, pixels, new int[pixels.size()]);
  }

  @Test
  void whoHasOneSampleOrOnlyCopiesOfItCannotTell() {
    LabelledImages lean = letters(true);

    assertThat(Mirror.suits(lean.select(new int[] {0}))).isFalse();
    assertThat(Mirror.suits(lean.select(new int[] {0, 0}))).isFalse();
  }

  /// Sound surfaces show nothing but the lamp, which always stands on the same side.
  @Test
  void defectsOfCastingsAreDefectsInTheMirror() {
    LabelledImages castings =
        Castings.renderMixed(1, "test", List.of(Castings.Plant.values()), 60, new ImageForm(32, 3));
    Map<String, Double> ratios = farther(castings);

    ratios.remove("sound");
    assertThat(ratios).allSatisfy((_, ratio) -> assertThat(ratio).isLessThan(Mirror.MOST_FARTHER));
  }

  /// Even 0 and 8, because hands lean.
  @Test
  void digitsAreNoDigitsInTheMirror() {
    Path mnist = RealData.require("mnist");
    List<String> digits = IntStream.range(0, 10).mapToObj(Integer::toString).toList();
    LabelledImages all = ImageSets.load(mnist, digits, new ImageForm(28, 1)).images();

    assertThat(farther(all.select(IntStream.range(0, 3_000).toArray())))
        .allSatisfy((_, ratio) -> assertThat(ratio).isGreaterThan(Mirror.MOST_FARTHER));
  }

  @Test
  void landIsLandInTheMirror() {
    Path eurosat = RealData.require("eurosat").resolve("train");
    Map<String, Double> ratios = new TreeMap<>();
    for (String label : ImageSets.classesOf(eurosat)) {
      ratios.put(
          label,
          Mirror.farther(ImageSets.loadClass(eurosat, label, new ImageForm(32, 3)).images()));
    }

    assertThat(ratios).allSatisfy((_, ratio) -> assertThat(ratio).isLessThan(Mirror.MOST_FARTHER));
  }

  private static Map<String, Double> farther(LabelledImages images) {
    Map<String, Double> ratios = new TreeMap<>();
    for (String label : images.classes()) {
      ratios.put(label, Mirror.farther(images.ofClass(label)));
    }
    return ratios;
  }
}
