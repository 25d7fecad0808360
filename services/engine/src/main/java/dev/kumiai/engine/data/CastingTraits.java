package dev.kumiai.engine.data;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a picture of [Castings] shows besides its class, in words. They follow from what was drawn
/// for the picture, not from its pixels: a word is true even where it is hard to see.
///
/// @param material how the metal was last worked on
/// @param lighting how bright a flat surface is
/// @param direction where the light comes from
/// @param severity how plain to see the defect is; null where there is none
public record CastingTraits(
    String material, String lighting, String direction, @Nullable String severity) {

  /// Every attribute with its words, from little to much where that makes sense: what a catalogue
  /// of prompts can name.
  public static final SortedMap<String, List<String>> WORDS = words();

  /// Brightness of a flat surface, from 0 to 1: below the first, between the two, from the second.
  private static final double DIM = 0.49;

  private static final double BRIGHT = 0.57;

  /// Strengths are spread evenly from 0.55 to 1: a third each.
  private static final double SLIGHT = 0.70;

  private static final double SEVERE = 0.85;

  private static SortedMap<String, List<String>> words() {
    SortedMap<String, List<String>> words = new TreeMap<>();
    words.put("direction", List.of("right-lit", "bottom-lit", "left-lit", "top-lit"));
    words.put("lighting", List.of("dim", "medium", "bright"));
    words.put("material", Stream.of(CastingTexture.values()).map(CastingTraits::material).toList());
    words.put("severity", List.of("slight", "moderate", "severe"));
    return Collections.unmodifiableSortedMap(words);
  }

  /// @param strength of the defect, from 0.55 to 1; null where there is none
  static CastingTraits of(CastingTexture texture, CastingCamera camera, @Nullable Double strength) {
    return new CastingTraits(
        material(texture),
        word("lighting", camera.brightness() < DIM ? 0 : camera.brightness() < BRIGHT ? 1 : 2),
        word("direction", quarter(camera.azimuth())),
        strength == null
            ? null
            : word("severity", strength < SLIGHT ? 0 : strength < SEVERE ? 1 : 2));
  }

  private static String material(CastingTexture texture) {
    return texture.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String word(String attribute, int index) {
    return WORDS.getOrDefault(attribute, List.of()).get(index);
  }

  /// The quarter of the circle that an angle is nearest to, counted from the right over the bottom.
  private static int quarter(double azimuth) {
    return Math.floorMod(Math.round(azimuth / (Math.PI / 2)), 4);
  }

  /// The words, as a caption.
  public String caption() {
    return Stream.of(severity, material, lighting, direction)
        .filter(word -> word != null)
        .collect(Collectors.joining(" "));
  }
}
