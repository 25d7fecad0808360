package dev.kumiai.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.Tensor;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.EngineDevice.Precision;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LocalTrainerTest {

  private static final ImageForm FORM = new ImageForm(16, 1);
  private static final EngineDevice DEVICE = EngineDevice.cpu(1);
  private static final Network NETWORK = Network.of(Architecture.CNN, FORM, 4);
  private static final ModelWeights INITIAL = NETWORK.initialWeights(7);
  private static final LabelledImages IMAGES = SyntheticImages.of(50, 4, FORM, 1);

  private final LocalTrainer trainer = new LocalTrainer(DEVICE);

  @ParameterizedTest
  @EnumSource
  void learnsToTellClassesApart(Architecture architecture) {
    // Given
    Network network = Network.of(architecture, FORM, 4);
    TrainingPlan plan = new TrainingPlan(null, 30, 32, 0.05, 0.9, 5e-4, 0, null, false);

    // When
    TrainingResult result =
        trainer.train(
            network,
            network.initialWeights(7),
            SyntheticImages.of(128, 4, FORM, 1),
            plan,
            LocalMethod.PLAIN,
            3,
            Progress.SILENT);

    // Then
    LabelledImages unseen = SyntheticImages.of(80, 4, FORM, 2);
    Evaluation after =
        new Evaluator(DEVICE).evaluate(network, result.weights(), unseen, Progress.SILENT);
    assertThat(after.accuracy()).isGreaterThan(0.9);
    assertThat(result.examples()).isEqualTo(128);
  }

  /// Momentum, weight decay, FedProx and clipping at once, over four steps.
  @ParameterizedTest
  @EnumSource
  void trainsAsPyTorchDoes(Architecture architecture) throws IOException {
    // Given
    String name = architecture.name().toLowerCase(Locale.ROOT);
    Network network = Network.of(architecture, Golden.FORM, Golden.CLASSES);

    // When
    TrainingResult result =
        trainer.train(
            network,
            Golden.weights(network.specs()),
            Golden.images(),
            Golden.PLAN,
            LocalMethod.PLAIN,
            1,
            Progress.SILENT);

    // Then
    assertThat(result.meanLoss()).isCloseTo(Golden.values(name + ".loss")[0], within(1e-5));
    Golden.assertClose(
        Golden.logProbabilities(network, result.weights()), Golden.values(name + ".after"), 1e-4);
  }

  @Test
  void repeatsBitForBit() {
    // Given
    TrainingPlan plan = new TrainingPlan(2, null, 16, 0.05, 0.9, 5e-4, 0.1, 1.0, true);

    // When
    TrainingResult first = train(INITIAL, IMAGES, plan, 5);
    TrainingResult again = train(INITIAL, IMAGES, plan, 5);
    TrainingResult otherSeed = train(INITIAL, IMAGES, plan, 6);

    // Then
    assertThat(bits(again)).isEqualTo(bits(first));
    assertThat(again.meanLoss()).isEqualTo(first.meanLoss());
    assertThat(bits(otherSeed)).isNotEqualTo(bits(first));
  }

  @Test
  void leavesTheGlobalWeightsAsTheyAre() {
    // Given
    byte[] before = bits(INITIAL);

    // When
    TrainingResult result = train(INITIAL, IMAGES, TrainingPlan.ofEpochs(1, 16, 0.1), 1);

    // Then
    assertThat(bits(INITIAL)).isEqualTo(before).isNotEqualTo(bits(result));
  }

  @Test
  void reportsTheMeanLossOverImagesNotBatches() {
    // Given 50 images in batches of 48 and 2, and a rate that changes nothing
    TrainingPlan plan = TrainingPlan.ofEpochs(1, 48, 1e-30);

    // When
    TrainingResult result = train(INITIAL, IMAGES, plan, 1);

    // Then
    Evaluation measured = new Evaluator(DEVICE).evaluate(NETWORK, INITIAL, IMAGES, Progress.SILENT);
    assertThat(result.meanLoss()).isCloseTo(measured.loss(), within(1e-5));
  }

  @Test
  void staysNearerToTheGlobalWeightsTheHeavierTheProximalTerm() {
    // Given
    List<Double> distances = new ArrayList<>();

    // When
    for (double mu : new double[] {0, 1, 10}) {
      TrainingPlan plan = new TrainingPlan(4, null, 16, 0.02, 0, 0, mu, null, false);
      distances.add(distance(train(INITIAL, IMAGES, plan, 1).weights(), INITIAL));
    }

    // Then
    assertThat(distances.get(1)).isLessThan(distances.get(0));
    assertThat(distances.get(2)).isLessThan(distances.get(1) * 0.75);
  }

  @Test
  void movesNoFurtherThanTheClippedGradient() {
    // Given one step without momentum
    TrainingPlan plan = new TrainingPlan(null, 1, 50, 1.0, 0, 0, 0, 0.01, false);

    // When
    TrainingResult result = train(INITIAL, IMAGES, plan, 1);

    // Then |w - w_global| = rate * clip
    assertThat(distance(result.weights(), INITIAL)).isCloseTo(0.01, within(1e-5));
  }

  @Test
  void reportsProgressBeforeEachBatch() {
    // Given
    List<String> reports = new ArrayList<>();
    Progress progress = (fraction, stage) -> reports.add("%.2f %s".formatted(fraction, stage));

    // When
    trainer.train(
        NETWORK,
        INITIAL,
        IMAGES,
        TrainingPlan.ofEpochs(2, 25, 0.1),
        LocalMethod.PLAIN,
        1,
        progress);

    // Then
    assertThat(reports)
        .containsExactly(
            "0.00 epoch 1 of 2", "0.25 epoch 1 of 2", "0.50 epoch 2 of 2", "0.75 epoch 2 of 2");
  }

  /// The second part is what a network that forgets has seen last.
  @Test
  void trainsOnOnePartAfterTheOther() {
    // Given the same pictures with other labels: whoever comes last is believed
    LabelledImages truth = SyntheticImages.of(64, 4, FORM, 1);
    LabelledImages lie = shifted(truth);
    TrainingPlan plan = new TrainingPlan(12, null, 32, 0.05, 0.9, 0, 0, null, false);

    // When
    TrainingResult truthLast = inTurn(List.of(lie, truth), plan);
    TrainingResult lieLast = inTurn(List.of(truth, lie), plan);

    // Then
    assertThat(accuracy(truthLast, truth)).isGreaterThan(0.9);
    assertThat(accuracy(lieLast, truth)).isLessThan(0.1);
    assertThat(bits(inTurn(List.of(lie, truth), plan))).isEqualTo(bits(truthLast));
    assertThat(truthLast.steps()).isEqualTo(12 * 4);
    assertThat(truthLast.examples()).isEqualTo(128);
  }

  @Test
  void anEmptyPartIsPassedOver() {
    // Given
    LabelledImages none = LabelledImages.none(IMAGES.classes(), FORM);
    TrainingPlan plan = TrainingPlan.ofEpochs(2, 16, 0.05);

    // When
    TrainingResult result =
        trainer.trainInTurn(
            NETWORK,
            INITIAL,
            List.of(none, IMAGES, none),
            plan,
            LocalMethod.PLAIN,
            5,
            Progress.SILENT);

    // Then
    assertThat(bits(result)).isEqualTo(bits(train(INITIAL, IMAGES, plan, 5)));
  }

  private TrainingResult inTurn(List<LabelledImages> parts, TrainingPlan plan) {
    return trainer.trainInTurn(
        NETWORK, INITIAL, parts, plan, LocalMethod.PLAIN, 5, Progress.SILENT);
  }

  private static double accuracy(TrainingResult result, LabelledImages images) {
    return new Evaluator(DEVICE)
        .evaluate(NETWORK, result.weights(), images, Progress.SILENT)
        .accuracy();
  }

  private static LabelledImages shifted(LabelledImages images) {
    List<byte[]> pixels = new ArrayList<>();
    int[] labels = new int[images.size()];
    for (int i = 0; i < labels.length; i++) {
      byte[] image = new byte[FORM.values()];
      images.copyPixels(i, image, 0);
      pixels.add(image);
      labels[i] = (images.label(i) + 1) % images.classes().size();
    }
    return LabelledImages.of(images.classes(), FORM, pixels, labels);
  }

  @Test
  void stopsBetweenBatchesWhenCancelled() {
    // Given
    List<Double> reports = new ArrayList<>();
    Progress cancelling =
        (fraction, _) -> {
          reports.add(fraction);
          if (fraction >= 0.5) {
            throw new KumiaiException.Cancelled("the run was cancelled");
          }
        };
    TrainingPlan plan = new TrainingPlan(null, 4, 8, 0.1, 0, 0, 0, null, false);

    // Then
    assertThatThrownBy(
            () -> trainer.train(NETWORK, INITIAL, IMAGES, plan, LocalMethod.PLAIN, 1, cancelling))
        .isInstanceOf(KumiaiException.Cancelled.class);
    assertThat(reports).containsExactly(0.0, 0.25, 0.5);
  }

  @Test
  void saysWhatToDoWhenTrainingDiverges() {
    // Given
    TrainingPlan plan = TrainingPlan.ofEpochs(20, 10, 1e10);

    // Then
    assertThatThrownBy(() -> train(INITIAL, IMAGES, plan, 1))
        .isInstanceOf(KumiaiException.Invalid.class)
        .hasMessageContaining("lower the learning rate (now 1.0E10)")
        .extracting(e -> ((KumiaiException) e).code())
        .isEqualTo("training-diverged");
  }

  @Test
  void findsWeightsThatTheLastStepMadeInfinite() {
    // Given one step, whose loss is measured before it
    TrainingPlan plan = TrainingPlan.ofEpochs(1, 50, 1e38);
    Network network = Network.of(Architecture.MLP, FORM, 4);

    // Then
    assertThatThrownBy(
            () ->
                trainer.train(
                    network,
                    network.initialWeights(1),
                    IMAGES,
                    twice(plan),
                    LocalMethod.PLAIN,
                    1,
                    Progress.SILENT))
        .isInstanceOf(KumiaiException.Invalid.class)
        .hasMessageContaining("training diverged");
  }

  private static TrainingPlan twice(TrainingPlan plan) {
    return new TrainingPlan(
        plan.epochs(), null, plan.batchSize(), plan.learningRate(), 0, 1e10, 0, null, false);
  }

  @Test
  void refusesToTrainOnNothing() {
    // Given
    LabelledImages none = LabelledImages.none(IMAGES.classes(), FORM);

    // Then
    assertThatThrownBy(() -> train(INITIAL, none, TrainingPlan.ofEpochs(1, 8, 0.1), 1))
        .isInstanceOf(KumiaiException.Invalid.class)
        .extracting(e -> ((KumiaiException) e).code())
        .isEqualTo("site-has-no-data");
  }

  @Test
  void refusesImagesOfAnotherForm() {
    // Given
    LabelledImages larger = SyntheticImages.of(4, 4, new ImageForm(20, 1), 1);

    // Then
    assertThatThrownBy(() -> train(INITIAL, larger, TrainingPlan.ofEpochs(1, 8, 0.1), 1))
        .isInstanceOf(KumiaiException.Invalid.class)
        .extracting(e -> ((KumiaiException) e).code())
        .isEqualTo("images-do-not-fit-network");
  }

  @Test
  void learnsInBfloat16WithFloat32Weights() {
    // Given what a GPU does, on the CPU
    EngineDevice half = EngineDevice.of(Device.cpu(), 1, Precision.BFLOAT16);
    TrainingPlan plan = new TrainingPlan(null, 20, 25, 0.05, 0.9, 5e-4, 0.01, 5.0, false);

    // When
    TrainingResult result =
        new LocalTrainer(half)
            .train(NETWORK, INITIAL, IMAGES, plan, LocalMethod.PLAIN, 1, Progress.SILENT);

    // Then it learns as well, to weights finer than bfloat16 has
    TrainingResult full = train(INITIAL, IMAGES, plan, 1);
    assertThat(result.meanLoss()).isCloseTo(full.meanLoss(), within(0.1));
    assertThat(result.weights().specs()).isEqualTo(INITIAL.specs());
    int fine = 0;
    for (float weight : result.weights().get("conv2.weight").toFloats()) {
      fine += (Float.floatToRawIntBits(weight) & 0xffff) != 0 ? 1 : 0;
    }
    assertThat(fine).isGreaterThan(1000);
  }

  private TrainingResult train(
      ModelWeights global, LabelledImages images, TrainingPlan plan, long seed) {
    return trainer.train(NETWORK, global, images, plan, LocalMethod.PLAIN, seed, Progress.SILENT);
  }

  private static byte[] bits(TrainingResult result) {
    return bits(result.weights());
  }

  private static byte[] bits(ModelWeights weights) {
    byte[] bits = new byte[(int) weights.bytes()];
    int at = 0;
    for (Tensor tensor : weights.tensors()) {
      tensor.buffer().get(bits, at, (int) tensor.spec().bytes());
      at += (int) tensor.spec().bytes();
    }
    return bits;
  }

  private static double distance(ModelWeights a, ModelWeights b) {
    double squares = 0;
    for (Tensor tensor : a.tensors()) {
      float[] left = tensor.toFloats();
      float[] right = b.get(tensor.spec().name()).toFloats();
      for (int i = 0; i < left.length; i++) {
        squares += Math.pow(left[i] - right[i], 2);
      }
    }
    return Math.sqrt(squares);
  }
}
