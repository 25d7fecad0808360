package dev.kumiai.engine.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.ImageForm;
import java.nio.FloatBuffer;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class BlocksTest {

  private static final Offset<Float> TOLERANCE = within(1e-5f);

  @Test
  void residualBlockComputesWhatPyTorchComputes() {
    // Given
    ResidualBlock block = new ResidualBlock(16, 12, 4);

    // When
    float[] y = forward(block, "residual", "residual.x", "residual.vector");

    // Then
    assertThat(y).containsExactly(Golden.floats("residual.y"), TOLERANCE);
  }

  @Test
  void residualBlockSharesOneVectorAmongConsecutiveSamples() {
    // Given two vectors for four samples, and the same two repeated for each sample
    try (NDManager manager = EngineDevice.cpu(1).newScope()) {
      ResidualBlock block = new ResidualBlock(16, 12, 4);
      NDArray x = Golden.array(manager, "residual.x");
      NDArray two = Golden.array(manager, "residual.vector").get("0:2");
      NDArray four = two.repeat(0, 2);
      load(block, manager, Golden.under("residual"), x.getShape(), two.getShape());
      ParameterStore store = new ParameterStore(manager, false);

      // When
      float[] shared = Layers.apply(block, store, false, x, two).toFloatArray();

      // Then
      float[] repeated = Layers.apply(block, store, false, x, four).toFloatArray();
      assertThat(shared).containsExactly(repeated, TOLERANCE);
    }
  }

  @Test
  void selfAttentionComputesWhatPyTorchComputes() {
    // Given
    SelfAttention block = new SelfAttention(16, 2, 4);

    // When
    float[] y = forward(block, "attention", "attention.x");

    // Then
    assertThat(y).containsExactly(Golden.floats("attention.y"), TOLERANCE);
  }

  @Test
  void wholeNetworkComputesWhatPyTorchComputes() {
    // Given
    DiffusionArchitecture architecture = new DiffusionArchitecture(List.of(8, 16, 24), 16, 2, 4);
    double[] times = {0.05, 0.5, 1.0};
    List<Condition> conditions = List.of(Condition.of(0), Condition.of(2), Condition.of(3));

    // When
    float[] v = predict("unet", architecture, WordList.NONE, times, conditions);

    // Then
    assertThat(v).containsExactly(Golden.floats("unet.v"), TOLERANCE);
  }

  @Test
  void networkThatIsToldWordsComputesWhatPyTorchComputes() {
    // Given prompts of two words, none, one and three
    DiffusionArchitecture architecture = new DiffusionArchitecture(List.of(8, 16), 16, 2, 4);
    WordList vocabulary = new WordList(List.of("a", "b", "c", "d", "e"), 6);
    double[] times = {0.05, 0.3, 0.7, 1.0};
    List<Condition> conditions =
        List.of(
            new Condition(0, List.of(0, 4)),
            Condition.of(2),
            new Condition(3, List.of(2)),
            new Condition(1, List.of(1, 2, 3)));

    // When
    float[] v = predict("prompted", architecture, vocabulary, times, conditions);

    // Then
    assertThat(v).containsExactly(Golden.floats("prompted.v"), TOLERANCE);
  }

  private static float[] predict(
      String golden,
      DiffusionArchitecture architecture,
      WordList vocabulary,
      double[] times,
      List<Condition> conditions) {
    DiffusionDesign design = new DiffusionDesign(architecture, new ImageForm(16, 1), 3, vocabulary);
    try (Denoiser denoiser =
        new Denoiser(design, new PixelScale(0, 1), EngineDevice.cpu(1), false)) {
      denoiser.load(Golden.under(golden));
      NDArray z = Golden.array(denoiser.manager(), golden + ".z");
      return denoiser.predict(z, times, conditions, false).toFloatArray();
    }
  }

  private static float[] forward(AbstractBlock block, String prefix, String... inputs) {
    try (NDManager manager = EngineDevice.cpu(1).newScope()) {
      NDList list = new NDList();
      for (String input : inputs) {
        list.add(Golden.array(manager, input));
      }
      load(block, manager, Golden.under(prefix), list.getShapes());
      return block
          .forward(new ParameterStore(manager, false), list, false)
          .singletonOrThrow()
          .toFloatArray();
    }
  }

  private static void load(
      AbstractBlock block, NDManager manager, ModelWeights weights, Shape... inputs) {
    block.initialize(manager, DataType.FLOAT32, inputs);
    Denoiser.named(block)
        .forEach((name, array) -> array.set(FloatBuffer.wrap(weights.get(name).toFloats())));
  }
}
