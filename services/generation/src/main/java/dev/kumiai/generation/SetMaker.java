package dev.kumiai.generation;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.prompt.Prompts;
import dev.kumiai.engine.data.ImageFolderWriter;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.ImageSets;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.generator.Capabilities;
import dev.kumiai.engine.generator.GenerationRequest;
import dev.kumiai.engine.generator.Generator;
import dev.kumiai.engine.generator.Guidance;
import dev.kumiai.protocol.run.DataSpec;
import dev.kumiai.protocol.run.GenerationSpec;
import dev.kumiai.protocol.run.PromptSpec;
import dev.kumiai.protocol.task.TaskSpec;
import dev.kumiai.worker.SiteFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Makes the images of one generated data set, class by class, batch by batch: the set is never in
/// memory as a whole.
final class SetMaker {

  private final TaskSpec.Generate task;
  private final DataSpec data;
  private final ImageForm form;
  private final Generator generator;
  private final SiteFolder site;

  SetMaker(TaskSpec.Generate task, Generator generator, SiteFolder site) {
    this.task = task;
    this.data = task.data();
    this.form = new ImageForm(data.imageSize(), data.channels());
    this.generator = generator;
    this.site = site;
  }

  /// Writes every class that the budget names into `folder`.
  GeneratedSet.Report make(Path folder, Progress progress) {
    SortedMap<String, Integer> budget = new TreeMap<>(task.budget());
    budget.values().removeIf(count -> count == 0);
    requireCapable(budget);
    LabelledImages real = realSamples();
    List<String> unguided = new ArrayList<>();
    long total = budget.values().stream().mapToLong(Integer::intValue).sum();
    long done = 0;
    for (Map.Entry<String, Integer> entry : budget.entrySet()) {
      String label = entry.getKey();
      int count = entry.getValue();
      LabelledImages samples = ofClass(real, label);
      if (startsFromReal() && samples.isEmpty()) {
        unguided.add(label);
      }
      write(request(label, count, samples), folder, within(progress, label, done, count, total));
      done += count;
    }
    return new GeneratedSet.Report(
        task.planDigest(),
        task.generation().generator(),
        task.generation().guidance(),
        budget,
        unguided);
  }

  private void requireCapable(SortedMap<String, Integer> budget) {
    Capabilities capabilities = generator.capabilities();
    if (capabilities.vocabulary() instanceof Capabilities.Closed closed
        && !closed.classes().containsAll(budget.keySet())) {
      List<String> unknown = new ArrayList<>(budget.keySet());
      unknown.removeAll(closed.classes());
      throw new KumiaiException.Invalid(
          "generator-class-unknown",
          "the generator does not know %s, only %s: name another generator, or train one"
              .formatted(unknown, closed.classes()));
    }
    if (!capabilities.form().equals(form)) {
      throw new KumiaiException.Invalid(
          "generator-form-mismatch",
          "the generator makes %s and the run trains on %s: name another generator, or set the run's imageSize and channels to the generator's"
              .formatted(describe(capabilities.form()), describe(form)));
    }
  }

  private static String describe(ImageForm form) {
    return "images of %dx%d pixels with %d channels"
        .formatted(form.size(), form.size(), form.channels());
  }

  private boolean startsFromReal() {
    return task.generation().guidance() != GenerationSpec.Guidance.PROMPT;
  }

  /// The site's private images where they steer the generator; else none are touched.
  private LabelledImages realSamples() {
    Path folder = site.privateData(data.dataset());
    return startsFromReal() && Files.isDirectory(folder)
        ? ImageSets.load(folder, data.classes(), form).images()
        : LabelledImages.none(data.classes(), form);
  }

  private LabelledImages ofClass(LabelledImages images, String label) {
    int wanted = data.classes().indexOf(label);
    return images.select(
        IntStream.range(0, images.size()).filter(i -> images.label(i) == wanted).toArray());
  }

  private GenerationRequest request(String label, int count, LabelledImages samples) {
    GenerationSpec spec = task.generation();
    PromptSpec catalogue = spec.prompts();
    Prompts prompts = catalogue == null ? null : new Prompts(catalogue.catalogue(), task.seed());
    return new GenerationRequest(
        label,
        0,
        count,
        prompts == null ? null : index -> prompts.at(label, index),
        guidance(spec, samples),
        spec.guidanceScale(),
        spec.samplingSteps(),
        task.seed());
  }

  private static Guidance guidance(GenerationSpec spec, LabelledImages samples) {
    if (samples.isEmpty()) {
      return new Guidance.Prompt();
    }
    return switch (spec.guidance()) {
      case PROMPT -> new Guidance.Prompt();
      case REAL -> new Guidance.Real(spec.strength(), samples);
      case MIXED -> new Guidance.Mixed(spec.strength(), samples);
    };
  }

  private void write(GenerationRequest request, Path folder, Progress progress) {
    int[] written = new int[1];
    generator.generate(
        request,
        batch -> {
          ImageFolderWriter.write(alone(batch, request.label()), folder, written[0]);
          written[0] += batch.size();
        },
        progress);
  }

  /// The batch under the name of its one class: a generator may know classes that the run does not
  /// have, and none of them gets a folder.
  private static LabelledImages alone(LabelledImages batch, String label) {
    List<byte[]> pixels = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      byte[] image = new byte[batch.form().values()];
      batch.copyPixels(i, image, 0);
      pixels.add(image);
    }
    return LabelledImages.of(List.of(label), batch.form(), pixels, new int[batch.size()]);
  }

  /// The progress of one class as a part of the whole.
  private static Progress within(Progress whole, String label, long done, int count, long total) {
    return (fraction, stage) ->
        whole.report((done + fraction * count) / total, label + ", " + stage);
  }
}
