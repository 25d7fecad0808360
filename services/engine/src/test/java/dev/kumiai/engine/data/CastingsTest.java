package dev.kumiai.engine.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Digest;
import dev.kumiai.engine.data.Castings.Plant;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CastingsTest {

  private static final ImageForm GREY = new ImageForm(32, 1);

  private static final Map<Plant, String> MATERIALS =
      Map.of(
          Plant.SAND_FOUNDRY, "sand-cast",
          Plant.DIE_CASTER, "die-cast",
          Plant.BRUSHING_LINE, "brushed",
          Plant.GRINDING_SHOP, "ground",
          Plant.SHOT_BLASTER, "shot-blasted",
          Plant.TURNING_CELL, "turned");

  /// A generator is trained on these pixels and shipped: change them and it has to be trained
  /// again.
  @ParameterizedTest
  @CsvSource({
    "32, 1, 7d382c6bbba24e2127a8dd6218875639c88e03375d589d3427459bd586494cf4",
    "32, 3, 21826431e9f8bb55d96adf5f8345cfd4c13cbdaffd3c0cc3e8269698080c0fba"
  })
  void pixelsStayAsTheyWere(int size, int channels, String expected) {
    MessageDigest all = Digest.sha256();
    ImageForm form = new ImageForm(size, channels);

    for (Plant plant : Plant.values()) {
      LabelledImages images = Castings.render(7, plant, 0, each(1), form);
      IntStream.range(0, images.size()).forEach(i -> all.update(images.contentDigest(i).bytes()));
    }

    assertThat(Digest.of(all).hex()).isEqualTo(expected);
  }

  @Test
  void captionsFollowFromThePlantAndTheDefect() {
    // When pictures of one plant at a time are captioned
    List<String> severities = CastingTraits.WORDS.getOrDefault("severity", List.of());
    for (Plant plant : Plant.values()) {
      CaptionedImages captioned = Castings.renderCaptioned(1, "words", List.of(plant), 12, GREY);

      // Then all name how the plant works its metal, and a severity where there is a defect
      for (int i = 0; i < captioned.images().size(); i++) {
        List<String> words = List.of(captioned.captions().get(i).split(" "));
        boolean sound = Castings.CLASSES.get(captioned.images().label(i)).equals("sound");
        assertThat(words).hasSize(sound ? 3 : 4).contains(MATERIALS.getOrDefault(plant, "?"));
        assertThat(words.stream().filter(severities::contains).count()).isEqualTo(sound ? 0 : 1);
      }
    }
  }

  @Test
  void everyWordOfACaptionOccurs() {
    CaptionedImages captioned =
        Castings.renderCaptioned(1, "words", List.of(Plant.values()), 60, GREY);

    List<String> occurring =
        captioned.captions().stream().flatMap(c -> Stream.of(c.split(" "))).distinct().toList();

    assertThat(occurring)
        .containsExactlyInAnyOrderElementsOf(
            CastingTraits.WORDS.values().stream().flatMap(List::stream).toList());
  }

  @Test
  void brightPicturesAreBrighterThanDimOnes() {
    CaptionedImages captioned =
        Castings.renderCaptioned(1, "words", List.of(Plant.values()), 60, GREY);

    double dim = meanAndDeviation(saying(captioned, "dim"))[0];
    double medium = meanAndDeviation(saying(captioned, "medium"))[0];
    double bright = meanAndDeviation(saying(captioned, "bright"))[0];

    assertThat(medium - dim).isGreaterThan(10);
    assertThat(bright - medium).isGreaterThan(10);
  }

  private static LabelledImages saying(CaptionedImages captioned, String word) {
    return captioned
        .images()
        .select(
            IntStream.range(0, captioned.images().size())
                .filter(i -> List.of(captioned.captions().get(i).split(" ")).contains(word))
                .toArray());
  }

  @Test
  void anImageDependsOnItsIndexAndNotOnHowManyAreMade() {
    LabelledImages five = Castings.render(1, Plant.DIE_CASTER, 0, each(5), GREY);
    LabelledImages third = Castings.render(1, Plant.DIE_CASTER, 2, each(1), GREY);

    assertThat(third.contentDigest(1)).isEqualTo(five.contentDigest(5 + 2));
  }

  @Test
  void noTwoImagesAreAlike() {
    LabelledImages all =
        Castings.renderMixed(1, "public", List.of(Plant.values()), 12, GREY)
            .plus(Castings.renderMixed(1, "test", List.of(Plant.values()), 12, GREY))
            .plus(Castings.renderMixed(2, "test", List.of(Plant.values()), 12, GREY));
    for (Plant plant : Plant.values()) {
      all = all.plus(Castings.render(1, plant, 0, each(12), GREY));
    }

    LabelledImages images = all;
    long distinct =
        IntStream.range(0, images.size()).mapToObj(images::contentDigest).distinct().count();

    assertThat(distinct).isEqualTo(images.size());
  }

  @ParameterizedTest
  @EnumSource(Plant.class)
  void aPlantIsOneSided(Plant plant) {
    int[] mix = plant.mix();

    assertThat(mix).hasSameSizeAs(Castings.CLASSES.toArray());
    assertThat(Arrays.stream(mix).sum()).isEqualTo(100);
    int[] sorted = Arrays.stream(mix).sorted().toArray();
    assertThat(sorted[7] + sorted[6]).as("the two most frequent classes").isGreaterThan(70);
  }

  @Test
  void plantsDifferInBrightnessOrContrast() {
    List<double[]> plants =
        Stream.of(Plant.values())
            .map(plant -> meanAndDeviation(Castings.render(1, plant, 0, each(6), GREY)))
            .toList();

    for (int a = 0; a < plants.size(); a++) {
      for (int b = 0; b < a; b++) {
        double difference =
            Math.abs(plants.get(a)[0] - plants.get(b)[0])
                + Math.abs(plants.get(a)[1] - plants.get(b)[1]);
        assertThat(difference).as("grey levels between plants %d and %d", a, b).isGreaterThan(1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Plant.class)
  void exposesWithoutBurningOut(Plant plant) {
    LabelledImages images = Castings.render(3, plant, 0, each(6), GREY);
    byte[] pixels = new byte[GREY.values()];
    int burnt = 0;
    for (int i = 0; i < images.size(); i++) {
      images.copyPixels(i, pixels, 0);
      burnt +=
          (int) IntStream.range(0, pixels.length).filter(p -> (pixels[p] & 0xff) > 250).count();
    }

    assertThat((double) burnt / images.size() / pixels.length).isLessThan(0.02);
  }

  private static double[] meanAndDeviation(LabelledImages images) {
    byte[] pixels = new byte[images.form().values()];
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < images.size(); i++) {
      images.copyPixels(i, pixels, 0);
      for (byte pixel : pixels) {
        sum += pixel & 0xff;
        squares += (pixel & 0xff) * (pixel & 0xff);
      }
    }
    double count = (double) images.size() * pixels.length;
    double mean = sum / count;
    return new double[] {mean, Math.sqrt(squares / count - mean * mean)};
  }

  private static int[] each(int count) {
    int[] counts = new int[Castings.CLASSES.size()];
    Arrays.fill(counts, count);
    return counts;
  }
}
