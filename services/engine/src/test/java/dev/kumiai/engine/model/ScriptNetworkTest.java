package dev.kumiai.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.Tensor;
import dev.kumiai.core.tensor.TensorSpec;
import dev.kumiai.engine.data.ImageForm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScriptNetworkTest {

  @Test
  void trainsTheUsersModuleAsPyTorchDoes() throws IOException {
    // Given
    Network network = open("tiny.pt", Golden.CLASSES);

    // When
    TrainingResult result =
        new LocalTrainer(Golden.DEVICE)
            .train(
                network,
                network.initialWeights(1),
                Golden.images(),
                Golden.PLAN,
                LocalMethod.PLAIN,
                1,
                Progress.SILENT);

    // Then its scalar moved, and the frozen and the unused parameter stayed as they were
    for (Tensor tensor : result.weights().tensors()) {
      String name = "tiny.trained." + tensor.spec().name();
      Golden.assertClose(tensor.toFloats(), Golden.values(name), 1e-5);
    }
    assertThat(result.meanLoss()).isCloseTo(Golden.values("tiny.loss")[0], within(1e-5));
  }

  @Test
  void startsFromTheWeightsInTheFile() throws IOException {
    // Given
    Network network = open("tiny.pt", Golden.CLASSES);

    // When
    ModelWeights weights = network.initialWeights(5);

    // Then
    assertThat(weights.specs())
        .extracting(TensorSpec::name)
        .containsExactlyInAnyOrder(
            "conv.weight",
            "conv.bias",
            "norm.weight",
            "norm.bias",
            "scale",
            "frozen",
            "unused",
            "fc.weight",
            "fc.bias");
    Golden.assertClose(
        Golden.logProbabilities(network, weights), Golden.values("tiny.before"), 2e-5);
  }

  @Test
  void dropsOutWhileTrainingAndOnlyThen() {
    // Given
    Network network = open("dropping.pt", Golden.CLASSES);
    try (NDManager scope = Golden.DEVICE.newScope()) {
      LoadedClassifier loaded =
          network.load(Golden.DEVICE, scope, network.initialWeights(1)).requireClassifier();
      NDArray images = Batch.of(Golden.images(), new int[] {0, 1, 2}, scope).images();

      // When
      float[] training = loaded.logProbabilities(images, true).toFloatArray();
      float[] trainingAgain = loaded.logProbabilities(images, true).toFloatArray();
      float[] evaluation = loaded.logProbabilities(images, false).toFloatArray();
      float[] evaluationAgain = loaded.logProbabilities(images, false).toFloatArray();
      float[] trainingAtLast = loaded.logProbabilities(images, true).toFloatArray();

      // Then
      assertThat(trainingAgain).isNotEqualTo(training);
      assertThat(evaluationAgain).isEqualTo(evaluation).isNotEqualTo(training);
      assertThat(trainingAtLast).isNotEqualTo(evaluation);
    }
  }

  @Test
  void drawsWhatItDropsFromTheSeed() {
    // Given
    Network network = open("dropping.pt", Golden.CLASSES);
    LocalTrainer trainer = new LocalTrainer(Golden.DEVICE);

    // When
    float[] first = trained(trainer, network, 1);
    float[] again = trained(trainer, network, 1);
    float[] other = trained(trainer, network, 2);

    // Then
    assertThat(again).isEqualTo(first);
    assertThat(other).isNotEqualTo(first);
  }

  private static float[] trained(LocalTrainer trainer, Network network, long seed) {
    return trainer
        .train(
            network,
            network.initialWeights(1),
            Golden.images(),
            TrainingPlan.ofEpochs(1, 6, 0.1),
            LocalMethod.PLAIN,
            seed,
            Progress.SILENT)
        .weights()
        .get("fc.weight")
        .toFloats();
  }

  @Test
  void takesBatchNormalisationThatKeepsNoStatistics() {
    assertThat(open("no_statistics.pt", Golden.CLASSES).specs()).hasSize(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "statistics.pt | 5 | torchscript-keeps-statistics | use GroupNorm",
        "nothing_to_train.pt | 5 | torchscript-does-not-fit | it has no parameters to train",
        "tiny.pt | 4 | torchscript-does-not-fit | (2, 5)",
        "golden.safetensors | 5 | torchscript-unreadable | no TorchScript archive",
      })
  void refusesWhatItCannotTrain(String file, int classes, String code, String message) {
    assertThatThrownBy(() -> open(file, classes))
        .isInstanceOf(KumiaiException.Invalid.class)
        .hasMessageContaining(message)
        .hasMessageContaining(file)
        .extracting(e -> ((KumiaiException) e).code())
        .isEqualTo(code);
  }

  @Test
  void refusesAModuleForImagesOfAnotherForm() {
    assertThatThrownBy(() -> Network.ofTorchScript(Golden.file("tiny.pt"), new ImageForm(20, 1), 5))
        .isInstanceOf(KumiaiException.Invalid.class)
        .hasMessageContaining("it fails on images (2, 1, 20, 20)");
  }

  @Test
  void refusesAFileThatIsNotThere(@TempDir Path folder) {
    assertThatThrownBy(() -> Network.ofTorchScript(folder.resolve("no.pt"), Golden.FORM, 5))
        .isInstanceOf(KumiaiException.Invalid.class)
        .hasMessageContaining("no.pt");
  }

  @Test
  void refusesAnArchiveThatIsCutShort(@TempDir Path folder) throws IOException {
    // Given
    byte[] bytes = Files.readAllBytes(Golden.file("tiny.pt"));
    Path cut = Files.write(folder.resolve("cut.pt"), java.util.Arrays.copyOf(bytes, 5000));

    // Then
    assertThatThrownBy(() -> Network.ofTorchScript(cut, Golden.FORM, 5))
        .isInstanceOf(KumiaiException.Invalid.class)
        .extracting(e -> ((KumiaiException) e).code())
        .isEqualTo("torchscript-unreadable");
  }

  private static Network open(String file, int classes) {
    return Network.ofTorchScript(Golden.file(file), Golden.FORM, classes);
  }
}
