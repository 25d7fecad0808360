package dev.kumiai.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Progress;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.strategy.Aggregation;
import dev.kumiai.core.strategy.FedAvg;
import dev.kumiai.core.strategy.Update;
import dev.kumiai.core.strategy.Updates;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.SafetensorsWriter;
import dev.kumiai.core.tensor.Tensor;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.ImageSets;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.data.RealData;
import dev.kumiai.engine.generator.FederatedDiffusion;
import dev.kumiai.engine.generator.GenerationRequest;
import dev.kumiai.engine.generator.Generator;
import dev.kumiai.engine.generator.GeneratorCard;
import dev.kumiai.engine.generator.GeneratorFile;
import dev.kumiai.engine.generator.Guidance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sites that have no class in common train one generator.
class FederatedGeneratorTest {

  private static final EngineDevice DEVICE = EngineDevice.cpu(1);
  private static final ImageForm FORM = new ImageForm(16, 1);
  private static final List<String> DIGITS = List.of("0", "1", "3", "4");
  private static final int SITES = 2;
  private static final int ROUNDS = 40;
  private static final int PER_CLASS = 200;
  private static final int GENERATED = 24;

  /// Few steps: sites that share no class drift apart within thirty, and their mean knows none.
  private static final TrainingPlan AT_A_SITE =
      new TrainingPlan(null, 5, 32, 2e-3, 0.9, 0, 0, null, false);

  @TempDir private Path folder;

  @Test
  void makesSamplesOfClassesThatNoTwoSitesShare() throws IOException {
    // Given zeros and ones at one site, threes and fours at the other
    LabelledImages all = digits();
    List<LabelledImages> sites =
        IntStream.range(0, SITES)
            .mapToObj(site -> ofClasses(all, 2 * site, 2 * site + 1, 0, PER_CLASS))
            .toList();
    LabelledImages held = ofClasses(all, 0, DIGITS.size() - 1, PER_CLASS, PER_CLASS + 20);
    Network network = Network.ofGenerator(FORM, DIGITS.size());

    // When they train over rounds, and the last model becomes a generator
    ModelWeights trained = federate(network, sites);
    Path file = folder.resolve("generator.safetensors");
    FederatedDiffusion.export(
        file, trained, DIGITS, FORM, new GeneratorCard.Origin("digits", 800, "x", 200, 32, 1));

    // Then a classifier of real digits knows what is meant by every sample, far beyond chance
    Evaluation generated = evaluate(classifierOf(all), sample(file));
    assertThat(generated.accuracy()).isGreaterThan(0.6);
    assertThat(generated.perClass())
        .allSatisfy(c -> assertThat((double) c.hits() / c.examples()).isGreaterThan(0.3));
    // And the generator, asked which digit explains a real one best, knows, too
    Evaluation explained = new Evaluator(DEVICE).evaluate(network, trained, held, Progress.SILENT);
    assertThat(explained.accuracy()).isGreaterThan(0.6);
    assertThat(explained.loss()).isLessThan(0.5);
  }

  private ModelWeights federate(Network network, List<LabelledImages> sites) throws IOException {
    Path global = folder.resolve("global-0");
    SafetensorsWriter.write(global, network.initialWeights(1), Map.of());
    for (int round = 1; round <= ROUNDS; round++) {
      Path next = folder.resolve("global-" + round);
      try (SafetensorsFile model = SafetensorsFile.open(global)) {
        List<Update> updates = new ArrayList<>();
        for (int site = 0; site < sites.size(); site++) {
          updates.add(update(network, model, sites.get(site), round, site));
        }
        Updates together = Updates.of(model, updates);
        try (SafetensorsWriter writer =
            SafetensorsWriter.create(next, together.specs(), Map.of())) {
          new Aggregation(new FedAvg(), 1).run(together, writer, Progress.SILENT);
          writer.finish();
        }
        updates.forEach(update -> update.weights().close());
      }
      global = next;
    }
    try (SafetensorsFile last = SafetensorsFile.open(global)) {
      return ModelWeights.of(
          last.weights().tensors().stream()
              .map(tensor -> Tensor.ofFloats(tensor.spec(), tensor.toFloats()))
              .toList());
    }
  }

  private Update update(
      Network network, SafetensorsFile global, LabelledImages images, int round, int site)
      throws IOException {
    TrainingResult result =
        new LocalTrainer(DEVICE)
            .train(
                network,
                global.weights(),
                images,
                AT_A_SITE,
                LocalMethod.PLAIN,
                100L * round + site,
                Progress.SILENT);
    Path file = folder.resolve("update-" + site);
    SafetensorsWriter.write(file, result.update(), Map.of());
    return new Update(new SiteId("site-" + site), result.examples(), SafetensorsFile.open(file));
  }

  private static LabelledImages digits() {
    List<String> ten = IntStream.range(0, 10).mapToObj(String::valueOf).toList();
    LabelledImages all = ImageSets.load(RealData.require("mnist"), ten, FORM).images();
    int[] wanted =
        IntStream.range(0, all.size())
            .filter(i -> DIGITS.contains(ten.get(all.label(i))))
            .toArray();
    LabelledImages chosen = all.select(wanted);
    List<byte[]> pixels = new ArrayList<>();
    int[] labels = new int[chosen.size()];
    for (int i = 0; i < labels.length; i++) {
      byte[] image = new byte[FORM.values()];
      chosen.copyPixels(i, image, 0);
      pixels.add(image);
      labels[i] = DIGITS.indexOf(ten.get(chosen.label(i)));
    }
    return LabelledImages.of(DIGITS, FORM, pixels, labels);
  }

  /// Images number `from` to `to` of each class from `first` to `last`.
  private static LabelledImages ofClasses(
      LabelledImages images, int first, int last, int from, int to) {
    int[] seen = new int[images.classes().size()];
    List<Integer> chosen = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      int label = images.label(i);
      int number = seen[label]++;
      if (label >= first && label <= last && number >= from && number < to) {
        chosen.add(i);
      }
    }
    return images.select(chosen.stream().mapToInt(Integer::intValue).toArray());
  }

  private static LabelledImages sample(Path file) {
    LabelledImages[] all = {LabelledImages.none(DIGITS, FORM)};
    try (Generator generator = GeneratorFile.open(file).load(DEVICE)) {
      for (String digit : DIGITS) {
        generator.generate(
            new GenerationRequest(digit, GENERATED, new Guidance.Prompt(), 2, 20, 5),
            batch -> all[0] = all[0].plus(batch),
            Progress.SILENT);
      }
    }
    return all[0];
  }

  /// A network that tells the digits, trained on images that no site has.
  private static Trained classifierOf(LabelledImages all) {
    Network network = Network.of(Architecture.CNN, FORM, DIGITS.size());
    LabelledImages real = ofClasses(all, 0, DIGITS.size() - 1, 2 * PER_CLASS, 4 * PER_CLASS);
    TrainingPlan plan = new TrainingPlan(null, 150, 64, 0.05, 0.9, 0, 0, null, false);
    ModelWeights weights =
        new LocalTrainer(DEVICE)
            .train(
                network,
                network.initialWeights(3),
                real,
                plan,
                LocalMethod.PLAIN,
                4,
                Progress.SILENT)
            .weights();
    return new Trained(network, weights);
  }

  private record Trained(Network network, ModelWeights weights) {}

  private static Evaluation evaluate(Trained classifier, LabelledImages images) {
    return new Evaluator(DEVICE)
        .evaluate(classifier.network(), classifier.weights(), images, Progress.SILENT);
  }
}
