package dev.kumiai.engine.data;

import dev.kumiai.core.RunSeed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// Pictures of the surfaces of metal castings, with and without defects, made by code: a data set
/// that needs no download.
///
/// Plants differ in how they work the surface, how they light it, what camera looks at it and which
/// defects they have, as real plants do. A picture depends on the seed, the plant, the class and
/// its index alone, on any machine.
public final class Castings {

  /// What a picture can show, in alphabetical order. `sound` is a surface without defect.
  public static final List<String> CLASSES =
      List.of("cold-shut", "crack", "inclusion", "pit", "porosity", "scratch", "sound", "stain");

  private Castings() {}

  /// Where a picture is taken.
  public enum Plant {
    /// Rough, dim, warm light from low on the left, a noisy camera. Has inclusions and porosity, as
    /// sand moulds do.
    SAND_FOUNDRY,
    /// Smooth and bright, light from above, a dark frame. Has cold shuts and pits.
    DIE_CASTER,
    /// Brushed and shiny, a lamp on the right, high contrast. Has scratches and stains.
    BRUSHING_LINE,
    /// Ground in arcs, even light, a soft lens. Has cracks, from the heat of the wheel, and some
    /// scratches.
    GRINDING_SHOP,
    /// Dimpled and matt, cold light from the upper right. Has pits and porosity that the blasting
    /// opened.
    SHOT_BLASTER,
    /// Turned in even grooves, a bright lamp at the upper left. Has stains of cutting fluid and
    /// sound parts.
    TURNING_CELL;

    /// How often each of [#CLASSES] occurs here, in percent.
    public int[] mix() {
      return switch (this) {
        case SAND_FOUNDRY -> new int[] {10, 6, 45, 3, 30, 1, 3, 2};
        case DIE_CASTER -> new int[] {48, 3, 2, 34, 5, 2, 5, 1};
        case BRUSHING_LINE -> new int[] {1, 2, 1, 3, 2, 50, 5, 36};
        case GRINDING_SHOP -> new int[] {2, 55, 3, 2, 3, 22, 10, 3};
        case SHOT_BLASTER -> new int[] {3, 4, 6, 46, 34, 1, 4, 2};
        case TURNING_CELL -> new int[] {1, 5, 2, 3, 4, 8, 37, 40};
      };
    }

    private CastingTexture texture() {
      return switch (this) {
        case SAND_FOUNDRY -> CastingTexture.SAND_CAST;
        case DIE_CASTER -> CastingTexture.DIE_CAST;
        case BRUSHING_LINE -> CastingTexture.BRUSHED;
        case GRINDING_SHOP -> CastingTexture.GROUND;
        case SHOT_BLASTER -> CastingTexture.SHOT_BLASTED;
        case TURNING_CELL -> CastingTexture.TURNED;
      };
    }

    // azimuth, elevation, ambient, mirror, sharpness, falloff, vignette, brightness, contrast,
    // blur, noise, red, blue
    private CastingCamera camera() {
      return switch (this) {
        case SAND_FOUNDRY ->
            new CastingCamera(
                3.3, 0.75, 0.35, 0.05, 3, 0.35, 0.25, 0.42, 1.0, 0.006, 0.03, 1.05, 0.91);
        case DIE_CASTER ->
            new CastingCamera(4.7, 0.9, 0.3, 0.35, 4, 0.2, 0.45, 0.6, 1.1, 0.004, 0.015, 1.0, 1.04);
        case BRUSHING_LINE ->
            new CastingCamera(
                0.25, 0.7, 0.25, 0.5, 4, 0.3, 0.15, 0.55, 1.25, 0.005, 0.02, 0.98, 1.06);
        case GRINDING_SHOP ->
            new CastingCamera(
                2.2, 1.0, 0.45, 0.3, 3, 0.1, 0.2, 0.58, 1.0, 0.008, 0.018, 1.02, 0.97);
        case SHOT_BLASTER ->
            new CastingCamera(
                5.4, 0.8, 0.4, 0.08, 2, 0.25, 0.3, 0.48, 1.05, 0.005, 0.026, 0.97, 1.05);
        case TURNING_CELL ->
            new CastingCamera(3.9, 0.85, 0.3, 0.4, 4, 0.25, 0.1, 0.58, 1.15, 0.004, 0.02, 1.0, 1.0);
      };
    }

    /// Dust and hairlines: 0 is a clean room.
    private double dirt() {
      return switch (this) {
        case SAND_FOUNDRY -> 1.0;
        case DIE_CASTER -> 0.5;
        case BRUSHING_LINE -> 0.8;
        case GRINDING_SHOP -> 0.7;
        case SHOT_BLASTER -> 0.9;
        case TURNING_CELL -> 0.6;
      };
    }

    private String series() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /// Takes pictures at one plant.
  ///
  /// @param seed the same for everything that belongs together
  /// @param first index of the first picture of each class: pictures with other indices are other
  ///   pictures
  /// @param perClass how many of each of [#CLASSES]
  public static LabelledImages render(
      long seed, Plant plant, int first, int[] perClass, ImageForm form) {
    return render(seed, plant.series(), List.of(plant), first, perClass, form).images();
  }

  /// Takes pictures at several plants in turn, as many of each class, in a series of its own: none
  /// of them is a picture that [#render] makes.
  ///
  /// @param series names the pictures: "public", "test"
  public static LabelledImages renderMixed(
      long seed, String series, List<Plant> plants, int perClass, ImageForm form) {
    return renderCaptioned(seed, series, plants, perClass, form).images();
  }

  /// The pictures of [#renderMixed], each with the words of its [CastingTraits].
  public static CaptionedImages renderCaptioned(
      long seed, String series, List<Plant> plants, int perClass, ImageForm form) {
    int[] counts = new int[CLASSES.size()];
    Arrays.fill(counts, perClass);
    return render(seed, series, plants, 0, counts, form);
  }

  private static CaptionedImages render(
      long seed, String series, List<Plant> plants, int first, int[] perClass, ImageForm form) {
    RunSeed seeds = new RunSeed(seed);
    List<int[]> wanted = new ArrayList<>();
    for (int c = 0; c < CLASSES.size(); c++) {
      for (int i = 0; i < perClass[c]; i++) {
        wanted.add(new int[] {c, first + i});
      }
    }
    byte[][] pixels = new byte[wanted.size()][];
    String[] captions = new String[wanted.size()];
    IntStream.range(0, wanted.size())
        .parallel()
        .forEach(
            i -> {
              int label = wanted.get(i)[0];
              int index = wanted.get(i)[1];
              RandomGenerator random =
                  seeds.generator("castings", index, series + "/" + CLASSES.get(label));
              Picture picture = picture(plants.get(index % plants.size()), label, form, random);
              pixels[i] = picture.pixels;
              captions[i] = picture.traits.caption();
            });
    int[] labels = wanted.stream().mapToInt(one -> one[0]).toArray();
    return new CaptionedImages(
        LabelledImages.of(CLASSES, form, List.of(pixels), labels), List.of(captions));
  }

  /// One picture and what it shows.
  private static final class Picture {
    private final byte[] pixels;
    private final CastingTraits traits;

    Picture(byte[] pixels, CastingTraits traits) {
      this.pixels = pixels;
      this.traits = traits;
    }
  }

  private static Picture picture(Plant plant, int label, ImageForm form, RandomGenerator random) {
    CastingSurface surface = new CastingSurface(Math.max(96, 2 * form.size()));
    double angle = 0.15 * random.nextGaussian();
    double scale = 0.85 + 0.3 * random.nextDouble();
    surface.finish(plant.texture(), angle, scale, new Noise(random.nextInt()));
    CastingDefects defects = new CastingDefects(surface, random);
    defects.wear(plant.dirt());
    String shown = CLASSES.get(label);
    switch (shown) {
      case "cold-shut" -> defects.coldShut();
      case "crack" -> defects.crack();
      case "inclusion" -> defects.inclusion();
      case "pit" -> defects.pit();
      case "porosity" -> defects.porosity();
      case "scratch" -> defects.scratch();
      case "stain" -> defects.stain();
      default -> {}
    }
    CastingCamera camera = plant.camera().adjusted(random);
    Double strength = shown.equals("sound") ? null : defects.strength();
    CastingTraits traits = CastingTraits.of(plant.texture(), camera, strength);
    return new Picture(camera.shoot(surface, form, random), traits);
  }
}
