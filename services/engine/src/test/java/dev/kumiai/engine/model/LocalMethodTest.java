package dev.kumiai.engine.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.strategy.Updates;
import dev.kumiai.core.strategy.site.SiteHalf;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.Tensor;
import dev.kumiai.core.tensor.TensorSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The sites' halves of strategies: against PyTorch, and their laws.
class LocalMethodTest {

  private static final Network NETWORK = Network.of(Architecture.CNN, Golden.FORM, Golden.CLASSES);
  private static final ModelWeights START = Golden.weights(NETWORK.specs());
  private static final ModelWeights ANOTHER = Golden.weights(NETWORK.specs(), 50);
  private static final TrainingPlan PLAN = plan(0.9);

  /// SCAFFOLD's option II is that of SGD without momentum.
  private static final TrainingPlan WITHOUT_MOMENTUM = plan(0);

  private static TrainingPlan plan(double momentum) {
    return new TrainingPlan(4, null, 6, 0.05, momentum, 5e-4, 0, 1.0, false);
  }

  @Test
  void moonTrainsAsPyTorchDoes() throws IOException {
    assertTrainsLike("moon", new LocalMethod(new SiteHalf.Moon(1, 0.5), ANOTHER, null));
  }

  @Test
  void feddecorrTrainsAsPyTorchDoes() throws IOException {
    assertTrainsLike("feddecorr", memoryless(new SiteHalf.FedDecorr(0.1)));
  }

  @Test
  void fedsamTrainsAsPyTorchDoes() throws IOException {
    assertTrainsLike("fedsam", memoryless(new SiteHalf.FedSam(0.05)));
  }

  private static void assertTrainsLike(String name, LocalMethod method) throws IOException {
    TrainingResult result = train(START, PLAN, method);

    assertOutputs(name, result);
    // and not like plain training, from which the methods differ by more than the tolerance
    assertThatThrownBy(() -> assertOutputs("fedavg", result)).isInstanceOf(AssertionError.class);
  }

  private static void assertOutputs(String name, TrainingResult result) throws IOException {
    float[] outputs = Golden.logProbabilities(NETWORK, result.weights());
    Golden.assertClose(outputs, Golden.values(name + ".after"), 1e-4);
  }

  @Test
  void scaffoldTrainsAndRemembersAsPyTorchDoes() throws IOException {
    ModelWeights global = START;
    @Nullable ModelWeights own = null;
    @Nullable ModelWeights control = null;
    for (int round = 1; round <= 2; round++) {
      LocalMethod method = new LocalMethod(new SiteHalf.Scaffold(), own, control);

      TrainingResult result = train(global, WITHOUT_MOMENTUM, method);

      assertOutputs("scaffold." + round, result);
      own = requireNonNull(result.remembered());
      control = plus(control, requireNonNull(result.addition()), 0.5);
      assertRemembered("scaffold.%d.remembered".formatted(round), own);
      assertRemembered("scaffold.%d.control".formatted(round), control);
      global = middle(global, result.weights());
    }
  }

  @Test
  void feddynTrainsAndRemembersAsPyTorchDoes() throws IOException {
    ModelWeights global = START;
    @Nullable ModelWeights own = null;
    for (int round = 1; round <= 2; round++) {
      LocalMethod method = new LocalMethod(new SiteHalf.FedDyn(0.1), own, null);

      TrainingResult result = train(global, PLAN, method);

      assertOutputs("feddyn." + round, result);
      own = requireNonNull(result.remembered());
      assertRemembered("feddyn.%d.remembered".formatted(round), own);
      assertThat(result.addition()).isNull();
      global = middle(global, result.weights());
    }
  }

  /// The bias of the last layer stands for all: its gradient went through the whole network. Of
  /// numbers of 1e-3 and less, to 1e-6.
  private static void assertRemembered(String name, ModelWeights remembered) throws IOException {
    assertThat(remembered.get("fc.bias").toFloats())
        .containsExactly(Golden.values(name), within(1e-6f));
  }

  @Test
  void decorrelationIsThatOfNumbersWorkedOutInFloat64() throws IOException {
    float[] features = Golden.values("decorrelation.z");
    try (NDManager scope = Golden.DEVICE.newScope()) {
      NDArray z = scope.create(features, new Shape(6, 5));
      LoadedClassifier.Output output = new LoadedClassifier.Output(z, z);
      Batch unused = new Batch(z, z);

      NDArray loss = new FedDecorr(1).loss(scope.create(0f), unused, output);

      assertThat(loss.getFloat()).isCloseTo(Golden.values("decorrelation.value")[0], within(2e-6f));
    }
  }

  /// Laws: where a method has no weight or nothing to go on from, it is FedAvg's training, bit by
  /// bit.
  @ParameterizedTest
  @MethodSource
  void isPlainTraining(LocalMethod method) {
    ModelWeights plain = train(START, WITHOUT_MOMENTUM, LocalMethod.PLAIN).weights();

    ModelWeights trained = train(START, WITHOUT_MOMENTUM, method).weights();

    assertSame(trained, plain);
  }

  static Stream<LocalMethod> isPlainTraining() {
    ModelWeights zeros = scaled(START, 0);
    return Stream.of(
        new LocalMethod(new SiteHalf.Scaffold(), null, null),
        new LocalMethod(new SiteHalf.Scaffold(), zeros, zeros),
        new LocalMethod(new SiteHalf.Scaffold(), START, START),
        new LocalMethod(new SiteHalf.FedDyn(Double.MIN_NORMAL), null, null),
        new LocalMethod(new SiteHalf.Moon(0, 0.5), ANOTHER, null),
        new LocalMethod(new SiteHalf.Moon(1, 0.5), null, null),
        memoryless(new SiteHalf.FedDecorr(0)),
        memoryless(new SiteHalf.FedSam(0)));
  }

  @Test
  void feddynStaysNearerToTheGlobalModelTheLargerAlpha() {
    List<Double> distances = new ArrayList<>();
    for (double alpha : new double[] {0, 1, 5}) {
      LocalMethod method = alpha == 0 ? LocalMethod.PLAIN : memoryless(new SiteHalf.FedDyn(alpha));
      distances.add(distance(train(START, WITHOUT_MOMENTUM, method).weights(), START));
    }

    assertThat(distances.get(1)).isLessThan(distances.get(0));
    assertThat(distances.get(2)).isLessThan(distances.get(1));
  }

  /// With every site taking part c stays the mean of all c_i, and a round's corrections add up to
  /// nothing.
  @Test
  void theServersControlVariateStaysTheMeanOfTheSites() {
    List<ModelWeights> starts = List.of(START, ANOTHER);
    @Nullable ModelWeights[] own = new ModelWeights[2];
    @Nullable ModelWeights control = null;
    for (int round = 0; round < 3; round++) {
      @Nullable ModelWeights next = control;
      for (int site = 0; site < 2; site++) {
        LocalMethod method = new LocalMethod(new SiteHalf.Scaffold(), own[site], control);
        TrainingResult result = train(starts.get(site), WITHOUT_MOMENTUM, method);
        own[site] = result.remembered();
        next = plus(next, requireNonNull(result.addition()), 0.5);
      }
      control = next;
    }
    ModelWeights mean = middle(requireNonNull(own[0]), requireNonNull(own[1]));
    assertThat(distance(mean, requireNonNull(control)))
        .isLessThan(1e-6 * distance(mean, scaled(mean, 0)));
  }

  /// After one step from one batch c_i is the gradient itself: following c_i again where c is 0
  /// stands still.
  @Test
  void theSitesControlVariateIsTheMeanGradientThatWasFollowed() {
    TrainingPlan one = new TrainingPlan(null, 1, 6, 0.05, 0, 0, 0, null, false);
    TrainingResult first = train(START, one, LocalMethod.PLAIN);
    ModelWeights own =
        requireNonNull(
            train(START, one, new LocalMethod(new SiteHalf.Scaffold(), null, null)).remembered());

    TrainingResult again =
        train(START, one, new LocalMethod(new SiteHalf.Scaffold(), own, scaled(own, 0)));

    assertThat(distance(again.weights(), START))
        .isLessThan(1e-4 * distance(first.weights(), START));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void repeatsBitForBit(LocalMethod method) {
    TrainingResult first = train(START, WITHOUT_MOMENTUM, method);
    TrainingResult again = train(START, WITHOUT_MOMENTUM, method);

    assertSame(again.update(), first.update());
    assertThat(again.remembered() == null).isEqualTo(first.remembered() == null);
    if (first.remembered() != null) {
      assertSame(requireNonNull(again.remembered()), first.remembered());
    }
    assertThat(again.meanLoss()).isEqualTo(first.meanLoss());
  }

  static Stream<LocalMethod> methods() {
    ModelWeights small = scaled(ANOTHER, 1e-3);
    return Stream.of(
        new LocalMethod(new SiteHalf.Scaffold(), small, scaled(START, 1e-3)),
        new LocalMethod(new SiteHalf.FedDyn(0.1), small, null),
        new LocalMethod(new SiteHalf.Moon(1, 0.5), ANOTHER, null),
        memoryless(new SiteHalf.FedDecorr(0.1)),
        memoryless(new SiteHalf.FedSam(0.05)));
  }

  @ParameterizedTest
  @EnumSource
  void everyBuiltInNetworkShowsItsFeatures(Architecture architecture) {
    Network network = Network.of(architecture, Golden.FORM, Golden.CLASSES);
    ModelWeights start = Golden.weights(network.specs());
    LocalMethod moon =
        new LocalMethod(new SiteHalf.Moon(1, 0.5), Golden.weights(network.specs(), 50), null);

    ModelWeights contrasted = train(network, start, PLAN, moon).weights();

    ModelWeights plain = train(network, start, PLAN, LocalMethod.PLAIN).weights();
    assertThat(distance(contrasted, plain)).isGreaterThan(0);
  }

  @Test
  void refusesATorchScriptNetworkWhoseFeaturesItNeeds() {
    Network tiny = Network.ofTorchScript(Golden.file("tiny.pt"), Golden.FORM, Golden.CLASSES);

    assertThatThrownBy(
            () ->
                train(tiny, tiny.initialWeights(1), PLAN, memoryless(new SiteHalf.FedDecorr(0.1))))
        .isInstanceOf(KumiaiException.Invalid.class)
        .extracting("code")
        .isEqualTo("network-hides-features");
  }

  @Test
  void trainsATorchScriptNetworkWithFrozenAndUnusedWeights() {
    Network tiny = Network.ofTorchScript(Golden.file("tiny.pt"), Golden.FORM, Golden.CLASSES);
    ModelWeights start = tiny.initialWeights(1);
    ModelWeights small = scaled(start, 1e-3);

    TrainingResult scaffold =
        train(tiny, start, WITHOUT_MOMENTUM, new LocalMethod(new SiteHalf.Scaffold(), small, null));
    TrainingResult feddyn =
        train(tiny, start, PLAN, new LocalMethod(new SiteHalf.FedDyn(0.1), small, null));
    TrainingResult fedsam = train(tiny, start, PLAN, memoryless(new SiteHalf.FedSam(0.05)));

    for (TrainingResult result : List.of(scaffold, feddyn, fedsam)) {
      assertThat(result.weights().get("frozen").toFloats())
          .isEqualTo(start.get("frozen").toFloats());
    }
    assertThat(requireNonNull(scaffold.addition()).specs())
        .containsExactlyInAnyOrderElementsOf(Updates.controlSpecs(start.specs()));
  }

  private static LocalMethod memoryless(SiteHalf half) {
    return new LocalMethod(half, null, null);
  }

  private static TrainingResult train(ModelWeights start, TrainingPlan plan, LocalMethod method) {
    return train(NETWORK, start, plan, method);
  }

  private static TrainingResult train(
      Network network, ModelWeights start, TrainingPlan plan, LocalMethod method) {
    return new LocalTrainer(Golden.DEVICE)
        .train(network, start, Golden.images(), plan, method, 1, Progress.SILENT);
  }

  private static void assertSame(ModelWeights actual, ModelWeights expected) {
    for (Tensor tensor : expected.tensors()) {
      String name = tensor.spec().name();
      assertThat(actual.get(name).toFloats()).as(name).isEqualTo(tensor.toFloats());
    }
  }

  private static ModelWeights middle(ModelWeights a, ModelWeights b) {
    return combine(a, b, 0.5, 0.5);
  }

  private static ModelWeights scaled(ModelWeights a, double factor) {
    return combine(a, a, factor, 0);
  }

  /// Adds a share of the changes of a control variate.
  private static ModelWeights plus(
      @Nullable ModelWeights control, ModelWeights changes, double share) {
    List<Tensor> named = new ArrayList<>();
    for (TensorSpec spec : NETWORK.specs()) {
      named.add(
          Tensor.ofFloats(spec, changes.get(Updates.CONTROL_PREFIX + spec.name()).toFloats()));
    }
    ModelWeights change = ModelWeights.of(named);
    return combine(
        Objects.requireNonNullElse(control, change), change, control == null ? 0 : 1, share);
  }

  private static ModelWeights combine(ModelWeights a, ModelWeights b, double p, double q) {
    List<Tensor> tensors = new ArrayList<>();
    for (TensorSpec spec : a.specs()) {
      float[] left = a.get(spec.name()).toFloats();
      float[] right = b.get(spec.name()).toFloats();
      for (int i = 0; i < left.length; i++) {
        left[i] = (float) (p * left[i] + q * right[i]);
      }
      tensors.add(Tensor.ofFloats(spec, left));
    }
    return ModelWeights.of(tensors);
  }

  private static double distance(ModelWeights a, ModelWeights b) {
    double squares = 0;
    for (Tensor tensor : a.tensors()) {
      float[] left = tensor.toFloats();
      float[] right = b.get(tensor.spec().name()).toFloats();
      for (int i = 0; i < left.length; i++) {
        squares += Math.pow((double) left[i] - right[i], 2);
      }
    }
    return Math.sqrt(squares);
  }
}
