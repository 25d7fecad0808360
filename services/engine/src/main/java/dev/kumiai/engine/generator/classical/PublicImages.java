package dev.kumiai.engine.generator.classical;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.RunSeed;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.ImageSets;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.generator.Capabilities;
import dev.kumiai.engine.generator.GenerationRequest;
import dev.kumiai.engine.generator.Generator;
import dev.kumiai.engine.generator.Guidance;
import dev.kumiai.engine.generator.SampleOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Hands out public images as they are, brought to the form that is asked for: what is gained by
/// having them, without any generator trained on them. Images are taken in a shuffled order, each
/// once before any is taken again.
public final class PublicImages implements Generator {

  private static final int BATCH = 256;

  private final Path folder;
  private final List<String> classes;
  private final ImageForm form;
  private @Nullable LabelledImages current;

  private PublicImages(Path folder, List<String> classes, ImageForm form) {
    this.folder = folder;
    this.classes = List.copyOf(classes);
    this.form = form;
  }

  /// Opens a folder with a sub-folder of images for each class, or with IDX files.
  ///
  /// @param name what people call the set
  /// @throws KumiaiException.NotFound `public-images-missing`
  public static PublicImages open(String name, Path folder, ImageForm form) {
    if (!Files.isDirectory(folder)) {
      throw new KumiaiException.NotFound(
          "public-images-missing",
          "the site has no public images '%s': put a folder of images for each class into its public/%s, or name another generator"
              .formatted(name, name));
    }
    return new PublicImages(folder, ImageSets.classesOf(folder), form);
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(
        new Capabilities.Closed(classes), form, EnumSet.of(Guidance.Kind.PROMPT), false);
  }

  @Override
  public void generate(
      GenerationRequest request, Consumer<LabelledImages> sink, Progress progress) {
    if (!(request.guidance() instanceof Guidance.Prompt) || request.prompts() != null) {
      throw new KumiaiException.Invalid(
          "generator-guidance-unsupported",
          "public images are taken as they are and follow neither prompts nor real samples: choose guidance PROMPT without prompts");
    }
    LabelledImages images = images(request.label());
    SampleOrder order =
        new SampleOrder(new RunSeed(request.seed()), request.label(), images.size());
    for (int done = 0; done < request.count(); done += BATCH) {
      int[] chosen = new int[Math.min(BATCH, request.count() - done)];
      for (int i = 0; i < chosen.length; i++) {
        chosen[i] = order.at(request.first() + done + i);
      }
      sink.accept(images.select(chosen));
      int last = done + chosen.length;
      progress.report(
          (double) last / request.count(), "sample %d of %d".formatted(last, request.count()));
    }
  }

  /// A set asks for a class batch by batch: the images stay until another class is asked for.
  private LabelledImages images(String label) {
    LabelledImages known = current;
    if (known == null || !known.classes().equals(List.of(label))) {
      known = load(label);
      current = known;
    }
    return known;
  }

  private LabelledImages load(String label) {
    if (!classes.contains(label)) {
      throw new KumiaiException.Invalid(
          "generator-class-unknown",
          "there are no public images of the class '%s', only of %s".formatted(label, classes));
    }
    LabelledImages images = ImageSets.loadClass(folder, label, form).images();
    if (images.isEmpty()) {
      throw new KumiaiException.Invalid(
          "public-class-empty",
          "none of the public images of the class '%s' can be read: add some, or name another generator"
              .formatted(label));
    }
    return images;
  }

  @Override
  public void close() {
    current = null;
  }
}
