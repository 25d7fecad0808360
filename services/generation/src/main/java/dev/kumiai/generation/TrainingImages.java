package dev.kumiai.generation;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.engine.data.CaptionedImages;
import dev.kumiai.engine.data.Castings;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.ImageSets;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.data.LoadedImages;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// The public images that a generator is trained on.
///
/// @param images what it is trained on
/// @param name the set in words, for the generator's card
/// @param skipped how many files could not be read
record TrainingImages(CaptionedImages images, String name, int skipped) {

  /// Means the built-in pictures of castings instead of a folder.
  static final String CASTINGS = "castings";

  private static final String PUBLIC_SERIES = "public";
  private static final long PUBLIC_SEED = 1;
  private static final double MAX_UNREADABLE = 0.1;

  /// Loads a set.
  ///
  /// @param data [#CASTINGS], or a directory as of [ImageSets#load]
  /// @param wanted the classes to keep, or the names of an IDX set's labels; empty for all classes
  /// @param perClass keep the first so many images of each class
  static TrainingImages load(String data, List<String> wanted, int perClass, ImageForm form) {
    if (Set.copyOf(wanted).size() < wanted.size()) {
      throw new KumiaiException.Invalid(
          "classes-not-distinct", "a class is named twice among " + String.join(", ", wanted));
    }
    if (data.equals(CASTINGS)) {
      CaptionedImages rendered =
          Castings.renderCaptioned(
              PUBLIC_SEED, PUBLIC_SERIES, List.of(Castings.Plant.values()), perClass, form);
      return new TrainingImages(
          keep(rendered, wanted.isEmpty() ? Castings.CLASSES : wanted, perClass),
          "castings, public series, all plants",
          0);
    }
    Path folder = Path.of(data);
    List<String> present = ImageSets.classesOf(folder);
    boolean choose = wanted.isEmpty() || present.containsAll(wanted);
    LoadedImages loaded = ImageSets.load(folder, choose ? present : wanted, form);
    LabelledImages images = loaded.requireReadable(MAX_UNREADABLE);
    return new TrainingImages(
        keep(CaptionedImages.without(images), wanted.isEmpty() ? present : wanted, perClass),
        String.valueOf(folder.toAbsolutePath().normalize().getFileName()),
        loaded.skipped().size());
  }

  /// The first images of each wanted class, with labels in the order of `wanted`.
  private static CaptionedImages keep(CaptionedImages from, List<String> wanted, int perClass) {
    LabelledImages all = from.images();
    if (!all.classes().containsAll(wanted)) {
      List<String> unknown = new ArrayList<>(wanted);
      unknown.removeAll(all.classes());
      throw new KumiaiException.Invalid(
          "class-unknown",
          "there are no classes %s in the data, which has %s"
              .formatted(String.join(", ", unknown), String.join(", ", all.classes())));
    }
    int[] kept = new int[wanted.size()];
    List<byte[]> pixels = new ArrayList<>();
    List<String> captions = new ArrayList<>();
    IntStream.Builder labels = IntStream.builder();
    for (int i = 0; i < all.size(); i++) {
      int label = wanted.indexOf(all.classes().get(all.label(i)));
      if (label >= 0 && kept[label] < perClass) {
        kept[label]++;
        byte[] image = new byte[all.form().values()];
        all.copyPixels(i, image, 0);
        pixels.add(image);
        captions.add(from.captions().get(i));
        labels.add(label);
      }
    }
    return new CaptionedImages(
        LabelledImages.of(wanted, all.form(), pixels, labels.build().toArray()), captions);
  }
}
