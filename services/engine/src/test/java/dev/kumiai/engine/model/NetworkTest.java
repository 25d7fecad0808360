package dev.kumiai.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.Shape;
import dev.kumiai.core.tensor.Tensor;
import dev.kumiai.core.tensor.TensorSpec;
import dev.kumiai.engine.data.ImageForm;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class NetworkTest {

  private static final ImageForm FORM = new ImageForm(32, 3);

  @ParameterizedTest
  @CsvSource({"MLP, 656810", "CNN, 113962", "RESNET20, 269722"})
  void hasAsManyWeightsAsWorkedOutByHand(Architecture architecture, long expected) {
    // Given 3072*200+200 + 200*200+200 + 200*10+10,
    // 27*32 + 288*64 + 576*128 + 2*(32+64+128) + 2048*10+10, and
    // 27*16 + 6*144*16 + 144*32+5*288*32 + 288*64+5*576*64 + 2*7*16+2*6*32+2*6*64 + 64*10+10
    Network network = Network.of(architecture, FORM, 10);

    // When
    long weights = network.specs().stream().mapToLong(TensorSpec::elements).sum();

    // Then
    assertThat(weights).isEqualTo(expected);
  }

  @Test
  void namesWeightsAsPyTorchDoes() {
    assertThat(Network.of(Architecture.RESNET20, FORM, 10).specs())
        .extracting(spec -> spec.name() + " " + spec.shape())
        .hasSize(59)
        .startsWith(
            "conv1.weight [16x3x3x3]",
            "norm1.weight [16]",
            "norm1.bias [16]",
            "layer1.0.conv1.weight [16x16x3x3]",
            "layer1.0.norm1.weight [16]")
        .contains("layer2.0.conv1.weight [32x16x3x3]", "layer3.2.norm2.bias [64]")
        .endsWith("fc.weight [10x64]", "fc.bias [10]");
  }

  @ParameterizedTest
  @CsvSource({
    "MLP, 28, 1",
    "CNN, 28, 1",
    "CNN, 96, 3",
    "CNN, 33, 3",
    "RESNET20, 28, 1",
    "RESNET20, 33, 3"
  })
  void takesImagesOfAnyForm(Architecture architecture, int size, int channels) {
    // Given
    ImageForm form = new ImageForm(size, channels);
    Network network = Network.of(architecture, form, 7);

    // When
    Evaluation evaluation =
        new Evaluator(Golden.DEVICE)
            .evaluate(
                network,
                network.initialWeights(1),
                SyntheticImages.of(7, 7, form, 1),
                Progress.SILENT);

    // Then
    assertThat(evaluation.loss()).isBetween(0.0, 20.0);
    assertThat(evaluation.perClass()).hasSize(7);
  }

  @ParameterizedTest
  @EnumSource
  void computesWhatPyTorchComputes(Architecture architecture) throws IOException {
    // Given
    String name = architecture.name().toLowerCase(Locale.ROOT);
    Network network = Network.of(architecture, Golden.FORM, Golden.CLASSES);

    // When
    float[] actual = Golden.logProbabilities(network, Golden.weights(network.specs()));

    // Then
    Golden.assertClose(actual, Golden.values(name + ".before"), 2e-5);
  }

  /// The digests were taken once: they stay the same on every machine and in every version, or runs
  /// could not be repeated.
  @ParameterizedTest
  @CsvSource({"MLP, b0a18148aef2f8f9", "CNN, 057cab7c50e69f9f", "RESNET20, 1ec0cec7a909188e"})
  void drawsTheSameWeightsFromTheSeedForEver(Architecture architecture, String digest) {
    // Given
    Network network = Network.of(architecture, FORM, 10);

    // When
    ModelWeights weights = network.initialWeights(42);

    // Then
    assertThat(digest(weights).hex()).startsWith(digest);
  }

  @Test
  void drawsOtherWeightsFromAnotherSeed() {
    Network network = Network.of(Architecture.CNN, FORM, 10);

    assertThat(digest(network.initialWeights(1))).isNotEqualTo(digest(network.initialWeights(2)));
  }

  @Test
  void spreadsTheFirstWeightsSoThatSignalsKeepTheirSize() {
    // Given
    Network network = Network.of(Architecture.CNN, FORM, 10);

    // When
    float[] weights = network.initialWeights(1).get("conv3.weight").toFloats();

    // Then He's variance is 2 / inputs of a unit
    double variance = 0;
    for (float weight : weights) {
      variance += (double) weight * weight / weights.length;
    }
    assertThat(variance).isCloseTo(2.0 / (64 * 9), within(2e-5));
  }

  @Test
  void refusesWeightsOfAnotherNetwork() {
    // Given
    Network network = Network.of(Architecture.CNN, FORM, 10);
    List<Tensor> tensors = new ArrayList<>(network.initialWeights(1).tensors());
    tensors.set(0, Tensor.ofFloats("conv1.weight", Shape.of(32, 1, 3, 3), new float[288]));

    // Then
    assertThatThrownBy(
            () ->
                new Evaluator(Golden.DEVICE)
                    .evaluate(
                        network,
                        ModelWeights.of(tensors),
                        SyntheticImages.of(2, 10, FORM, 1),
                        Progress.SILENT))
        .isInstanceOf(KumiaiException.Invalid.class)
        .hasMessageContaining("conv1.weight")
        .extracting(e -> ((KumiaiException) e).code())
        .isEqualTo("tensor-shape-mismatch");
  }

  private static Digest digest(ModelWeights weights) {
    MessageDigest running = Digest.sha256();
    weights.tensors().forEach(tensor -> running.update(tensor.buffer()));
    return Digest.of(running);
  }
}
