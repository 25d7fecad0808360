package dev.kumiai.generation;

import dev.kumiai.core.Digest;
import dev.kumiai.core.Progress;
import dev.kumiai.core.prompt.Prompt;
import dev.kumiai.core.prompt.Prompts;
import dev.kumiai.core.quality.Verdict;
import dev.kumiai.engine.data.ImageFolderWriter;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.generator.GenerationRequest;
import dev.kumiai.engine.generator.Generator;
import dev.kumiai.engine.generator.Guidance;
import dev.kumiai.engine.quality.SampleFilter;
import dev.kumiai.protocol.task.TaskSpec;
import dev.kumiai.worker.generated.GeneratedSample;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Makes the samples of one generated set, class by class, batch by batch: each batch is generated,
/// filtered and stored before the next is begun, so that the set is never in memory as a whole and
/// an interruption costs one batch.
final class SetMaker {

  private final TaskSpec.Generate task;
  private final Generator generator;
  private final RealSamples real;
  private final SampleFilter<LabelledImages> filter;
  private final GrowingSet set;
  private final int batch;
  private final EnergyMeter energy;
  private final Clock clock;
  private final @Nullable Prompts prompts;

  /// @param prompts what samples are made from besides their class; null for the class alone
  /// @param filter has been told what the set holds already
  /// @param batch samples to make at once, at most
  SetMaker(
      TaskSpec.Generate task,
      Generator generator,
      RealSamples real,
      @Nullable Prompts prompts,
      SampleFilter<LabelledImages> filter,
      GrowingSet set,
      int batch,
      EnergyMeter energy,
      Clock clock) {
    this.task = task;
    this.generator = generator;
    this.real = real;
    this.filter = filter;
    this.set = set;
    this.batch = batch;
    this.energy = energy;
    this.clock = clock;
    this.prompts = prompts;
  }

  /// The file of sample `index` of a class.
  static String file(String label, int index) {
    return String.format(Locale.ROOT, "%s/%05d.png", label, index);
  }

  /// Makes what the budget wants and the set does not have.
  void make(Progress progress) throws IOException {
    SortedMap<String, Integer> budget = SetBudget.of(task);
    long total = budget.values().stream().mapToLong(Integer::intValue).sum();
    long done = 0;
    for (Map.Entry<String, Integer> entry : budget.entrySet()) {
      double before = done;
      double share = entry.getValue();
      makeClass(
          entry.getKey(),
          entry.getValue(),
          (fraction, stage) -> progress.report((before + fraction * share) / total, stage));
      done += entry.getValue();
    }
    progress.report(1, "all samples are made");
  }

  private void makeClass(String label, int budget, Progress progress) throws IOException {
    Guidance guidance = real.guidance(task.generation(), label, generator.capabilities());
    if (guidance == null) {
      return;
    }
    ClassDraw draw = ClassDraw.of(budget, set.samples(label));
    boolean more = true;
    while (more && draw.next(batch) > 0) {
      GenerationRequest request = request(label, draw.drawn(), draw.next(batch), guidance);
      List<GeneratedSample> stored = makeBatch(request, within(progress, label, budget, draw));
      int taken = (int) stored.stream().filter(GeneratedSample::isKept).count();
      draw = draw.plus(stored.size(), taken);
      // A generator that has no more to give, such as a folder of images.
      more = stored.size() == request.count();
      progress.report(draw.fraction(), label);
    }
  }

  private GenerationRequest request(String label, int first, int count, Guidance guidance) {
    return new GenerationRequest(
        label,
        first,
        count,
        prompts == null ? null : index -> prompts.at(label, index),
        guidance,
        task.generation().guidanceScale(),
        task.generation().samplingSteps(),
        task.seed());
  }

  private List<GeneratedSample> makeBatch(GenerationRequest request, Progress progress)
      throws IOException {
    BatchCost cost = BatchCost.begin(generator, energy);
    LabelledImages[] made = {
      LabelledImages.none(List.of(request.label()), generator.capabilities().form())
    };
    generator.generate(
        request, part -> made[0] = made[0].plus(alone(part, request.label())), progress);
    LabelledImages images = made[0];
    if (images.size() > request.count()) {
      throw new IllegalStateException(
          "%d samples for %d that were asked for".formatted(images.size(), request.count()));
    }
    List<Verdict> verdicts = images.isEmpty() ? List.of() : filter.judge(images);
    List<byte @Nullable []> files = encode(images, verdicts);
    List<GeneratedSample> samples = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      samples.add(sample(request, i, verdicts.get(i), files.get(i), images.size() - 1 - i));
    }
    set.store(samples, files, cost.untilNow(), clock.instant());
    return samples;
  }

  /// The file of each sample that is kept.
  private static List<byte @Nullable []> encode(LabelledImages images, List<Verdict> verdicts) {
    byte @Nullable [][] files = new byte[images.size()][];
    IntStream.range(0, files.length)
        .parallel()
        .filter(i -> verdicts.get(i).isKept())
        .forEach(i -> files[i] = ImageFolderWriter.png(images, i));
    return Arrays.asList(files);
  }

  private GeneratedSample sample(
      GenerationRequest request, int i, Verdict verdict, byte @Nullable [] file, int left) {
    int index = request.first() + i;
    Prompt prompt = request.prompts() == null ? null : request.prompts().apply(index);
    return new GeneratedSample(
        request.label(),
        index,
        file == null ? null : file(request.label(), index),
        file == null ? null : Digest.of(file),
        task.generation().generator(),
        prompt == null ? null : prompt.text(),
        prompt == null || prompt.negative().isEmpty() ? null : prompt.negative(),
        RealSamples.kind(request.guidance()),
        RealSamples.strength(request.guidance()),
        RealSamples.startOf(request.guidance(), request.label(), task.seed(), index),
        request.seed(),
        verdict.isKept() ? GeneratedSample.Verdict.KEPT : GeneratedSample.Verdict.DROPPED,
        verdict instanceof Verdict.Dropped dropped ? dropped.reason() : null,
        null,
        verdict instanceof Verdict.Kept kept ? Boolean.valueOf(kept.labelJudged()) : null,
        true,
        left);
  }

  /// The samples under the name of their one class: a generator may know classes that the run does
  /// not have.
  private static LabelledImages alone(LabelledImages batch, String label) {
    List<byte[]> pixels = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      byte[] image = new byte[batch.form().values()];
      batch.copyPixels(i, image, 0);
      pixels.add(image);
    }
    return LabelledImages.of(List.of(label), batch.form(), pixels, new int[batch.size()]);
  }

  /// The progress of a batch as a part of its class. Samples that will be dropped count as made
  /// until they are.
  private static Progress within(Progress whole, String label, int budget, ClassDraw draw) {
    double before = draw.fraction();
    return (fraction, stage) ->
        whole.report(
            Math.min(1, before + fraction * draw.next(budget) / draw.goal()), label + ", " + stage);
  }
}
