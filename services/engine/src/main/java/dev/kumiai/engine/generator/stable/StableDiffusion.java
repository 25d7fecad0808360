package dev.kumiai.engine.generator.stable;

import dev.kumiai.core.Progress;
import dev.kumiai.core.RunSeed;
import dev.kumiai.core.prompt.Prompt;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.generator.Capabilities;
import dev.kumiai.engine.generator.GenerationRequest;
import dev.kumiai.engine.generator.Generator;
import dev.kumiai.engine.generator.Guidance;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/// Samples of any class from a latent diffusion model that is told in words what to make: the
/// prompt of a sample or, where there are none, the name of the class.
final class StableDiffusion implements Generator {

  /// Pixels of one batch: what a GPU of 16 GB has room for in float16, with guidance. A CPU is no
  /// faster with more, and cancels sooner with less.
  private static final int GPU_PIXELS = 8 * 512 * 512;

  private static final int CPU_PIXELS = 8 * 64 * 64;

  private final LatentDiffusion model;
  private final ImageForm form;
  private final int batch;

  /// @param form what its images are brought to, no larger than the model makes them
  StableDiffusion(LatentDiffusion model, ImageForm form) {
    this.model = model;
    this.form = form;
    int size = model.manifest().image().size();
    this.batch = Math.max(1, (model.onGpu() ? GPU_PIXELS : CPU_PIXELS) / (size * size));
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(
        new Capabilities.Open(), form, EnumSet.allOf(Guidance.Kind.class), true);
  }

  @Override
  public void generate(
      GenerationRequest request, Consumer<LabelledImages> sink, Progress progress) {
    Start start = startOf(request);
    int end = request.first() + request.count();
    int cut = 0;
    for (int from = firstBatch(request); from < end; from += batch) {
      Batch now = batch(request, from);
      Steering steering = steering(request, now.indices());
      cut += steering.cut();
      int done = now.first() - request.first();
      Told told = new Told(progress, request.count(), done, now.size(), cut);
      LabelledImages made = start.make(now.indices(), steering.forModel(), told);
      sink.accept(made.select(now.wanted()).inForm(form));
    }
  }

  /// Samples that are made together.
  ///
  /// @param from index of the sample at the first place
  /// @param first index of the first sample that is wanted
  /// @param size how many from there on are wanted
  /// @param places how many are made
  private record Batch(int from, int first, int size, int places) {
    /// The samples to make. Places without a wanted sample repeat one.
    int[] indices() {
      return IntStream.range(from, from + places)
          .map(index -> Math.clamp(index, first, first + size - 1))
          .toArray();
    }

    /// The places of those that are wanted.
    int[] wanted() {
      return IntStream.range(first - from, first - from + size).toArray();
    }
  }

  /// Libtorch adds up in another order for another size of the batch and, in places, for another
  /// place in it. On a CPU, where a sample has to be the same to the last bit, sample i therefore
  /// always stands at place `i mod batch` of a full batch.
  private int firstBatch(GenerationRequest request) {
    return model.onGpu() ? request.first() : request.first() / batch * batch;
  }

  private Batch batch(GenerationRequest request, int from) {
    int first = Math.max(from, request.first());
    int end = Math.min(from + batch, request.first() + request.count());
    return new Batch(from, first, end - first, model.onGpu() ? end - from : batch);
  }

  /// @param cut how many of the prompts are longer than the model reads
  private record Steering(LatentDiffusion.Steering forModel, int cut) {}

  private Steering steering(GenerationRequest request, int[] indices) {
    List<Prompt> prompts = new ArrayList<>();
    Set<Integer> cut = new HashSet<>();
    for (int index : indices) {
      Prompt prompt = promptOf(request, index);
      prompts.add(prompt);
      if (model.isTooLong(prompt.text()) || model.isTooLong(prompt.negative())) {
        cut.add(index);
      }
    }
    // There is nothing that guidance could lead away from where nothing is said.
    double scale = request.guidance().kind() == Guidance.Kind.REAL ? 1 : request.guidanceScale();
    return new Steering(new LatentDiffusion.Steering(prompts, scale), cut.size());
  }

  private static Prompt promptOf(GenerationRequest request, int index) {
    if (request.guidance().kind() == Guidance.Kind.REAL) {
      return new Prompt("");
    }
    return request.prompts() == null ? new Prompt(request.label()) : request.prompts().apply(index);
  }

  /// Tells how far a request is.
  ///
  /// @param cut how many prompts so far were longer than the model reads
  record Told(Progress progress, int count, int done, int samples, int cut) {
    /// @param share of this batch that is made, from 0 to 1
    void report(double share) {
      double made = done + share * samples;
      String stage = "sample %d of %d".formatted((int) made, count);
      progress.report(
          made / count, cut == 0 ? stage : stage + ", %d prompts too long and cut".formatted(cut));
    }

    /// After each of `steps` steps.
    IntConsumer after(int steps) {
      return step -> report((double) step / steps);
    }
  }

  /// How the samples of a request are made.
  private interface Start {
    /// Makes the samples at `indices`, in one batch.
    LabelledImages make(int[] indices, LatentDiffusion.Steering steering, Told told);
  }

  private Start startOf(GenerationRequest request) {
    RunSeed seed = new RunSeed(request.seed());
    Sampler.Kind kind = model.manifest().sampler();
    FromNoise noise =
        new FromNoise(
            model, request.label(), seed, () -> model.sampler(kind, request.samplingSteps()));
    return switch (request.guidance()) {
      case Guidance.Prompt _ -> noise::make;
      case Guidance.Real real -> fromReal(noise, real.strength(), real.samples());
      case Guidance.Mixed mixed -> fromReal(noise, mixed.strength(), mixed.samples());
    };
  }

  /// A real sample that is wholly forgotten leaves noise: the original begins at the noisiest
  /// timestep, where a trace is left.
  private Start fromReal(FromNoise noise, double strength, LabelledImages samples) {
    FromReal real = new FromReal(noise, strength, samples, form);
    return strength == 1 ? noise::make : real::make;
  }

  @Override
  public void close() {
    model.close();
  }
}
