package dev.kumiai.engine.generator.classical;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.RunSeed;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.generator.Capabilities;
import dev.kumiai.engine.generator.GenerationRequest;
import dev.kumiai.engine.generator.Generator;
import dev.kumiai.engine.generator.Guidance;
import dev.kumiai.engine.generator.SampleOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Changes real samples of a class: mixup with another one, flip, rotation, crop, colour and noise,
/// as [Variation] says. It cannot invent a class of which there is no real sample.
///
/// The strength of [Guidance.Real] scales every change; at 0 samples are copies. Mirroring is left
/// out for classes that [Mirror] finds to look different in it.
public final class ClassicalAugmentation implements Generator {

  private static final int BATCH = 256;

  private final ImageForm form;
  private @Nullable LabelledImages looked;
  private boolean mirrorSuits;

  /// @param form of the real samples, and so of what is made from them
  public ClassicalAugmentation(ImageForm form) {
    this.form = form;
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(new Capabilities.Open(), form, EnumSet.of(Guidance.Kind.REAL), false);
  }

  @Override
  public void generate(
      GenerationRequest request, Consumer<LabelledImages> sink, Progress progress) {
    if (!(request.guidance() instanceof Guidance.Real real) || request.prompts() != null) {
      throw new KumiaiException.Invalid(
          "generator-guidance-unsupported",
          "classical augmentation changes real samples and follows no prompts: choose guidance REAL without prompts");
    }
    LabelledImages samples = Guidance.requireOfClass(real.samples(), request.label(), form);
    boolean mirrors = mirrorSuits(samples);
    RunSeed seed = new RunSeed(request.seed());
    SampleOrder order = new SampleOrder(seed, request.label(), samples.size());
    for (int done = 0; done < request.count(); done += BATCH) {
      List<byte[]> pixels = new ArrayList<>();
      int last = Math.min(request.count(), done + BATCH);
      for (int i = done; i < last; i++) {
        int index = request.first() + i;
        RandomGenerator random = seed.generator("classical", index, request.label());
        pixels.add(sample(samples, order.at(index), real.strength(), mirrors, random));
      }
      int[] labels = new int[pixels.size()];
      Arrays.fill(labels, samples.label(0));
      sink.accept(LabelledImages.of(samples.classes(), form, pixels, labels));
      progress.report(
          (double) last / request.count(), "sample %d of %d".formatted(last, request.count()));
    }
  }

  /// A set asks for a class batch by batch, with the same samples.
  private boolean mirrorSuits(LabelledImages samples) {
    if (looked != samples) {
      looked = samples;
      mirrorSuits = Mirror.suits(samples);
    }
    return mirrorSuits;
  }

  private byte[] sample(
      LabelledImages samples, int base, double strength, boolean mirrors, RandomGenerator random) {
    Variation variation = Variation.draw(strength, samples.size(), mirrors, random);
    byte[] pixels = new byte[form.values()];
    samples.copyPixels(base, pixels, 0);
    byte[] partner = new byte[form.values()];
    samples.copyPixels(variation.partner(), partner, 0);
    return variation.apply(pixels, partner, form, random);
  }

  @Override
  public void close() {
    looked = null;
  }
}
