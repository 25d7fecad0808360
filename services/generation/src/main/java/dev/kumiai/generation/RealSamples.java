package dev.kumiai.generation;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunSeed;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.ImageSets;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.generator.Capabilities;
import dev.kumiai.engine.generator.Guidance;
import dev.kumiai.engine.generator.SampleOrder;
import dev.kumiai.protocol.run.DataSpec;
import dev.kumiai.protocol.run.GenerationSpec;
import dev.kumiai.worker.SiteFolder;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The site's private images of a run: some generators start from them, and filters compare with
/// them.
record RealSamples(LabelledImages images) {

  /// Loads them, as far as they can be read; a site may have none.
  static RealSamples of(SiteFolder site, DataSpec data) {
    ImageForm form = new ImageForm(data.imageSize(), data.channels());
    Path folder = site.privateData(data.dataset());
    return new RealSamples(
        Files.isDirectory(folder)
            ? ImageSets.load(folder, data.classes(), form).images()
            : LabelledImages.none(data.classes(), form));
  }

  /// Over pixels and labels: another digest, other samples.
  Digest digest() {
    MessageDigest running = Digest.sha256();
    for (int i = 0; i < images.size(); i++) {
      running.update(ByteBuffer.allocate(Integer.BYTES).putInt(images.label(i)).array());
      running.update(images.contentDigest(i).bytes());
    }
    return Digest.of(running);
  }

  LabelledImages ofClass(String label) {
    return images.select(indicesOf(label));
  }

  /// Where the samples of a class stand among all.
  int[] indicesOf(String label) {
    int wanted = images.classes().indexOf(label);
    return IntStream.range(0, images.size()).filter(i -> images.label(i) == wanted).toArray();
  }

  /// Whether samples of a class were to start from real ones of which there are none.
  boolean lacks(GenerationSpec spec, String label) {
    return spec.guidance() != GenerationSpec.Guidance.PROMPT && ofClass(label).isEmpty();
  }

  /// Whether samples of a class were to start from real ones and do not.
  boolean leavesUnguided(GenerationSpec spec, String label, Capabilities capabilities) {
    return lacks(spec, label)
        || (spec.guidance() != GenerationSpec.Guidance.PROMPT && seesNone(capabilities));
  }

  /// Whether a generator never looks at a real sample: one that somebody else runs.
  private static boolean seesNone(Capabilities capabilities) {
    return capabilities.guidance().equals(Set.of(Guidance.Kind.PROMPT));
  }

  /// What steers the samples of a class: where real ones are wanted and there are none, or the
  /// generator never looks at any, the prompt; null where the generator cannot do without either.
  ///
  /// @throws KumiaiException.Invalid `generator-guidance-unsupported`
  @Nullable Guidance guidance(GenerationSpec spec, String label, Capabilities capabilities) {
    LabelledImages samples = ofClass(label);
    Guidance wanted =
        leavesUnguided(spec, label, capabilities)
            ? new Guidance.Prompt()
            : switch (spec.guidance()) {
              case PROMPT -> new Guidance.Prompt();
              case REAL -> new Guidance.Real(spec.strength(), samples);
              case MIXED -> new Guidance.Mixed(spec.strength(), samples);
            };
    if (capabilities.guidance().contains(wanted.kind())) {
      return wanted;
    }
    if (lacks(spec, label)) {
      return null;
    }
    throw new KumiaiException.Invalid(
        "generator-guidance-unsupported",
        "the generator cannot be guided by %s, only by %s: change the run's guidance"
            .formatted(wanted.kind(), capabilities.guidance()));
  }

  static GenerationSpec.Guidance kind(Guidance guidance) {
    return switch (guidance) {
      case Guidance.Prompt _ -> GenerationSpec.Guidance.PROMPT;
      case Guidance.Real _ -> GenerationSpec.Guidance.REAL;
      case Guidance.Mixed _ -> GenerationSpec.Guidance.MIXED;
    };
  }

  static @Nullable Double strength(Guidance guidance) {
    return switch (guidance) {
      case Guidance.Prompt _ -> null;
      case Guidance.Real(double strength, _) -> strength;
      case Guidance.Mixed(double strength, _) -> strength;
    };
  }

  /// Index of the real sample that a sample starts from, among those of its class; null for none.
  static @Nullable Integer startOf(Guidance guidance, String label, long seed, int index) {
    return switch (guidance) {
      case Guidance.Prompt _ -> null;
      case Guidance.Real(_, LabelledImages samples) -> startOf(samples, label, seed, index);
      case Guidance.Mixed(_, LabelledImages samples) -> startOf(samples, label, seed, index);
    };
  }

  private static int startOf(LabelledImages samples, String label, long seed, int index) {
    return new SampleOrder(new RunSeed(seed), label, samples.size()).at(index);
  }
}
