package dev.kumiai.engine.generator;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.RunSeed;
import dev.kumiai.core.prompt.Prompt;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.LabelledImages;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/// A denoising diffusion model of images that is told the class, and words of a prompt where it has
/// learnt some (Ho et al. 2020, arXiv 2006.11239), sampled by [Ddim] with classifier-free guidance.
/// Words that it has not learnt are ignored.
final class ClassDiffusion implements Generator {

  /// Larger batches are no faster on a CPU and cancel later; a GPU wants them.
  private static final int CPU_BATCH = 64;

  private static final int GPU_BATCH = 512;

  private final GeneratorCard card;
  private final Denoiser denoiser;
  private final int batch;

  ClassDiffusion(GeneratorCard card, ModelWeights weights, EngineDevice device) {
    this.card = card;
    this.batch = device.isGpu() ? GPU_BATCH : CPU_BATCH;
    this.denoiser = new Denoiser(card.design(), card.scale(), device, false);
    denoiser.load(weights);
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(
        new Capabilities.Closed(card.classes()),
        card.form(),
        EnumSet.allOf(Guidance.Kind.class),
        !card.vocabulary().isEmpty());
  }

  @Override
  public void generate(
      GenerationRequest request, Consumer<LabelledImages> sink, Progress progress) {
    int label = labelOf(request.label());
    requirePromptsKnown(request);
    Start start = startOf(request);
    int steps = Ddim.steps(start.time(), request.samplingSteps());
    for (int before = 0; before < request.count(); before += batch) {
      int done = before;
      int samples = Math.min(batch, request.count() - done);
      Told told = told(request, label, request.first() + done, samples);
      float[] z = new float[samples * denoiser.layout().values()];
      for (int i = 0; i < samples; i++) {
        start.fill(request.first() + done + i, z, i * denoiser.layout().values());
      }
      Ddim.denoise(
          z,
          start.time(),
          steps,
          card.scale(),
          (noised, t) -> velocity(noised, t, told, request.guidanceScale()),
          step -> report(progress, request, done + (double) step * samples / steps));
      sink.accept(images(z, samples, label));
      report(progress, request, done + (double) samples);
    }
  }

  private static void report(Progress progress, GenerationRequest request, double samples) {
    progress.report(
        samples / request.count(), "sample %d of %d".formatted((int) samples, request.count()));
  }

  private int labelOf(String label) {
    int index = card.classes().indexOf(label);
    if (index < 0) {
      throw new KumiaiException.Invalid(
          "generator-class-unknown",
          "the generator does not know the class '%s': it knows %s"
              .formatted(label, card.classes()));
    }
    return index;
  }

  private void requirePromptsKnown(GenerationRequest request) {
    if (request.prompts() != null && card.vocabulary().isEmpty()) {
      throw new KumiaiException.Invalid(
          "generator-prompts-unsupported",
          "the generator knows classes and no prompts: leave the prompts out or name another generator");
    }
  }

  @Override
  public List<String> ignoredWords(String prompt) {
    List<String> ofClasses =
        card.classes().stream().flatMap(name -> WordList.wordsOf(name).stream()).toList();
    return card.vocabulary().ignored(prompt).stream()
        .filter(word -> !ofClasses.contains(word))
        .toList();
  }

  /// What the network is told about the samples of a batch.
  ///
  /// @param shown what they show: one for all of them, or one for each
  /// @param avoided what guidance pushes away from, likewise
  /// @param guided whether there is anything to push away from
  /// @param each whether each sample has its own
  private record Told(
      List<Condition> shown, List<Condition> avoided, boolean guided, boolean each) {

    /// @param rows how many there are in all where each sample has its own: libtorch takes other
    ///   ways, which round in other ways, for matrices with fewer rows
    List<Condition> rows(int rows) {
      List<Condition> all = new ArrayList<>(shown);
      if (guided) {
        all.addAll(avoided);
      }
      if (each) {
        all.addAll(Collections.nCopies(rows - all.size(), avoided.getFirst()));
      }
      return all;
    }
  }

  private Told told(GenerationRequest request, int label, int first, int samples) {
    Condition nothing = denoiser.design().nothing();
    boolean guided = request.guidanceScale() != 1;
    IntFunction<Prompt> prompts = request.prompts();
    if (request.guidance().kind() == Guidance.Kind.REAL) {
      return new Told(List.of(nothing), List.of(nothing), false, false);
    }
    if (prompts == null) {
      return new Told(List.of(Condition.of(label)), List.of(nothing), guided, false);
    }
    List<Condition> shown = new ArrayList<>();
    List<Condition> avoided = new ArrayList<>();
    for (int i = first; i < first + samples; i++) {
      Prompt prompt = prompts.apply(i);
      shown.add(new Condition(label, card.vocabulary().read(prompt.text())));
      avoided.add(new Condition(nothing.label(), card.vocabulary().read(prompt.negative())));
    }
    return new Told(shown, avoided, guided, true);
  }

  private float[] velocity(float[] z, double t, Told told, double scale) {
    if (!told.guided()) {
      return denoiser.velocity(z, t, told.rows(batch));
    }
    float[] twice = Arrays.copyOf(z, 2 * z.length);
    System.arraycopy(z, 0, twice, z.length, z.length);
    return Ddim.guide(denoiser.velocity(twice, t, told.rows(2 * batch)), z.length, scale);
  }

  private LabelledImages images(float[] packed, int samples, int label) {
    List<byte[]> pixels = new ArrayList<>();
    for (int i = 0; i < samples; i++) {
      pixels.add(denoiser.layout().unpack(packed, i * denoiser.layout().values()));
    }
    int[] labels = new int[samples];
    Arrays.fill(labels, label);
    return LabelledImages.of(card.classes(), card.form(), pixels, labels);
  }

  /// Where the samples of a request start from.
  private interface Start {
    /// The time of the start.
    double time();

    /// Puts the start of sample `index` into z.
    void fill(int index, float[] z, int offset);
  }

  private Start startOf(GenerationRequest request) {
    RunSeed seed = new RunSeed(request.seed());
    return switch (request.guidance()) {
      case Guidance.Prompt _ -> new FromNoise(request.label(), seed);
      case Guidance.Real real -> startOf(request.label(), seed, real.strength(), real.samples());
      case Guidance.Mixed mixed ->
          startOf(request.label(), seed, mixed.strength(), mixed.samples());
    };
  }

  private Start startOf(String label, RunSeed seed, double strength, LabelledImages samples) {
    return new FromReal(
        new FromNoise(label, seed),
        strength,
        Guidance.requireOfClass(samples, label, card.form()),
        new SampleOrder(seed, label, samples.size()));
  }

  /// Pure noise, drawn for each sample from a seed of its own.
  private final class FromNoise implements Start {
    private final String label;
    private final RunSeed seed;

    FromNoise(String label, RunSeed seed) {
      this.label = label;
      this.seed = seed;
    }

    @Override
    public double time() {
      return 1;
    }

    @Override
    public void fill(int index, float[] z, int offset) {
      RandomGenerator random = seed.generator("noise", index, label);
      for (int i = 0; i < denoiser.layout().values(); i++) {
        z[offset + i] = (float) random.nextGaussian();
      }
    }
  }

  /// A real sample, noised to the time that is its strength.
  private final class FromReal implements Start {
    private final Start noise;
    private final double strength;
    private final LabelledImages samples;
    private final SampleOrder order;

    FromReal(Start noise, double strength, LabelledImages samples, SampleOrder order) {
      this.noise = noise;
      this.strength = strength;
      this.samples = samples;
      this.order = order;
    }

    @Override
    public double time() {
      return strength;
    }

    @Override
    public void fill(int index, float[] z, int offset) {
      int values = denoiser.layout().values();
      byte[] pixels = new byte[samples.form().values()];
      samples.copyPixels(order.at(index), pixels, 0);
      float[] real = new float[values];
      denoiser.layout().pack(pixels, real, 0);
      noise.fill(index, z, offset);
      float alpha = (float) CosineSchedule.alpha(strength);
      float sigma = (float) CosineSchedule.sigma(strength);
      for (int i = 0; i < values; i++) {
        z[offset + i] = alpha * real[i] + sigma * z[offset + i];
      }
    }
  }

  @Override
  public void close() {
    denoiser.close();
  }
}
