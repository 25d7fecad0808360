package dev.kumiai.engine.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kumiai.core.RunSeed;
import dev.kumiai.core.tensor.DType;
import dev.kumiai.core.tensor.Shape;
import dev.kumiai.core.tensor.TensorSpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FirstWeightsTest {

  private static final RunSeed SEED = new RunSeed(4);

  @ParameterizedTest
  @CsvSource({
    "stem.weight, 0.0556", // 1 / (2 * 9)
    "condition.label.vectors, 1",
    "condition.words.vectors, 1",
    "middle.first.conv2.weight, 0",
    "middle.attention.project_weight, 0",
    "last.weight, 0"
  })
  void drawsWithTheVarianceThatKeepsActivationsAsTheyAre(String name, double variance) {
    float[] values = draw(name, 64, 2, 3, 3);

    double mean = 0;
    double square = 0;
    for (float value : values) {
      mean += value / values.length;
      square += (double) value * value / values.length;
    }

    assertThat(mean).isCloseTo(0, within(0.1));
    assertThat(square).isCloseTo(variance, within(0.1 * variance));
  }

  @ParameterizedTest
  @CsvSource({"stem.bias, 0", "norm.bias, 0", "norm.weight, 1", "down0.first.norm.weight, 1"})
  void vectorsOfALayerStartAsTheIdentity(String name, float value) {
    assertThat(draw(name, 16)).containsOnly(value);
  }

  private static float[] draw(String name, long... dimensions) {
    return FirstWeights.draw(new TensorSpec(name, DType.F32, Shape.of(dimensions)), SEED)
        .toFloats();
  }
}
