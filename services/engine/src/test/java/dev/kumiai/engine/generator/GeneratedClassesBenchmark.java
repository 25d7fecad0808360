package dev.kumiai.engine.generator;

import dev.kumiai.core.Progress;
import dev.kumiai.core.prompt.Prompt;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.CaptionedImages;
import dev.kumiai.engine.data.Castings;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.ImageSets;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.model.Architecture;
import dev.kumiai.engine.model.Evaluation;
import dev.kumiai.engine.model.Evaluator;
import dev.kumiai.engine.model.LocalMethod;
import dev.kumiai.engine.model.LocalTrainer;
import dev.kumiai.engine.model.Network;
import dev.kumiai.engine.model.TrainingPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// How often a classifier that was trained on real images takes a generated one for the class that
/// was asked for, and the other way round: how well one does on real images that was trained on
/// generated ones alone. A generator that knows words is asked a second time, with captions of real
/// pictures as prompts, one for each sample.
///
/// ```
/// (class path: docs/generators.md)
/// java -cp ... dev.kumiai.engine.generator.GeneratedClassesBenchmark \
///     FILE castings|DIR [generated per class 100] [guidance scale 2] [steps 25] [real per class 600]
/// ```
final class GeneratedClassesBenchmark {

  private static final EngineDevice DEVICE = EngineDevice.cpu(1);
  private static final TrainingPlan PLAN =
      new TrainingPlan(null, 900, 64, 0.05, 0.9, 1e-4, 0, null, true);

  private GeneratedClassesBenchmark() {}

  public static void main(String[] args) {
    GeneratorFile file = GeneratorFile.open(Path.of(args[0]));
    int perClass = Integer.parseInt(argument(args, 2, "100"));
    double scale = Double.parseDouble(argument(args, 3, "2"));
    int steps = Integer.parseInt(argument(args, 4, "25"));
    int realPerClass = Integer.parseInt(argument(args, 5, "600"));
    ImageForm form = file.card().form();
    CaptionedImages captioned = real(args[1], file.card().classes(), form);
    LabelledImages real = captioned.images();
    LabelledImages training = firstOfClass(real, 0, realPerClass);
    LabelledImages test = firstOfClass(real, realPerClass, 200);
    Network network = Network.of(Architecture.CNN, form, real.classes().size());
    ModelWeights fromReal = train(network, training);
    print("trained on real, real", network, fromReal, test);
    Sampling sampling = new Sampling(perClass, scale, steps);
    List<IntFunction<Prompt>> prompts =
        file.card().vocabulary().isEmpty() ? List.of() : prompts(captioned, realPerClass);
    for (boolean prompted : prompts.isEmpty() ? List.of(false) : List.of(false, true)) {
      String what = prompted ? "prompted" : "generated";
      long begun = System.nanoTime();
      LabelledImages generated = generate(file, sampling, prompted ? prompts : List.of());
      double seconds = (System.nanoTime() - begun) / 1e9;
      System.out.printf("%s: %.1f samples a second%n", what, generated.size() / seconds);
      print("trained on real, " + what, network, fromReal, generated);
      print("trained on " + what + ", real", network, train(network, generated), test);
    }
  }

  private record Sampling(int perClass, double scale, int steps) {}

  private static String argument(String[] args, int index, String otherwise) {
    return args.length > index ? args[index] : otherwise;
  }

  private static CaptionedImages real(String data, List<String> classes, ImageForm form) {
    return data.equals("castings")
        ? Castings.renderCaptioned(99, "benchmark", List.of(Castings.Plant.values()), 800, form)
        : CaptionedImages.without(ImageSets.load(Path.of(data), classes, form).images());
  }

  /// For each class the captions of its first images, in turn; nothing where there are none.
  private static List<IntFunction<Prompt>> prompts(CaptionedImages real, int perClass) {
    List<IntFunction<Prompt>> prompts = new ArrayList<>();
    for (int label = 0; label < real.images().classes().size(); label++) {
      int wanted = label;
      List<Prompt> ofClass =
          IntStream.range(0, real.images().size())
              .filter(i -> real.images().label(i) == wanted)
              .limit(perClass)
              .mapToObj(i -> new Prompt(real.captions().get(i)))
              .toList();
      if (ofClass.stream().allMatch(prompt -> prompt.text().isEmpty())) {
        return List.of();
      }
      prompts.add(i -> ofClass.get(i % ofClass.size()));
    }
    return prompts;
  }

  /// Images number `from` to `from + count` of each class.
  private static LabelledImages firstOfClass(LabelledImages images, int from, int count) {
    int[] seen = new int[images.classes().size()];
    int[] chosen = new int[images.size()];
    int size = 0;
    for (int i = 0; i < images.size(); i++) {
      int number = seen[images.label(i)]++;
      if (number >= from && number < from + count) {
        chosen[size++] = i;
      }
    }
    return images.select(Arrays.copyOf(chosen, size));
  }

  private static LabelledImages generate(
      GeneratorFile file, Sampling sampling, List<IntFunction<Prompt>> prompts) {
    List<String> classes = file.card().classes();
    LabelledImages[] all = {LabelledImages.none(classes, file.card().form())};
    try (Generator generator = file.load(DEVICE)) {
      for (int label = 0; label < classes.size(); label++) {
        generator.generate(
            new GenerationRequest(
                classes.get(label),
                0,
                sampling.perClass(),
                prompts.isEmpty() ? null : prompts.get(label),
                new Guidance.Prompt(),
                sampling.scale(),
                sampling.steps(),
                5),
            batch -> all[0] = all[0].plus(batch),
            Progress.SILENT);
      }
    }
    return all[0];
  }

  private static ModelWeights train(Network network, LabelledImages images) {
    return new LocalTrainer(DEVICE)
        .train(
            network, network.initialWeights(3), images, PLAN, LocalMethod.PLAIN, 4, Progress.SILENT)
        .weights();
  }

  private static void print(
      String what, Network network, ModelWeights weights, LabelledImages images) {
    Evaluation evaluation =
        new Evaluator(DEVICE).evaluate(network, weights, images, Progress.SILENT);
    System.out.printf("%s: %.3f", what, evaluation.accuracy());
    for (Evaluation.ClassHits hits : evaluation.perClass()) {
      System.out.printf("  %s %.2f", hits.label(), (double) hits.hits() / hits.examples());
    }
    System.out.println();
  }
}
