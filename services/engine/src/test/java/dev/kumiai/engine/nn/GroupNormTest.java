package dev.kumiai.engine.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import dev.kumiai.engine.EngineDevice;
import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class GroupNormTest {

  private static final int SAMPLES = 3;
  private static final int CHANNELS = 8;
  private static final int GROUPS = 4;
  private static final int PIXELS = 5 * 5;

  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(42);

  @Test
  void normalisesEachGroupOfEachSampleThenScalesAndShiftsEachChannel() {
    // Given
    float[] x = gaussians(SAMPLES * CHANNELS * PIXELS);
    float[] weight = gaussians(CHANNELS);
    float[] bias = gaussians(CHANNELS);

    // When
    float[] y = forward(x, weight, bias);

    // Then
    double[] expected = byDefinition(x, weight, bias);
    for (int i = 0; i < y.length; i++) {
      assertThat((double) y[i]).isCloseTo(expected[i], within(1e-5));
    }
  }

  @Test
  void passesTheGradientOfItsDefinition() {
    // Given a loss sum(y * direction), whose gradient finite differences of the definition give in
    // double precision
    float[] x = gaussians(SAMPLES * CHANNELS * PIXELS);
    float[] weight = gaussians(CHANNELS);
    float[] bias = gaussians(CHANNELS);
    float[] direction = gaussians(x.length);

    // When
    float[][] gradients = gradients(x, weight, bias, direction);

    // Then
    assertGradient(gradients[0], x, () -> lossByDefinition(x, weight, bias, direction));
    assertGradient(gradients[1], weight, () -> lossByDefinition(x, weight, bias, direction));
    assertGradient(gradients[2], bias, () -> lossByDefinition(x, weight, bias, direction));
  }

  @Test
  void refusesChannelsThatDoNotFillTheGroups() {
    assertThatThrownBy(() -> new GroupNorm(4, 6))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("6 channels do not make 4 groups");
  }

  private static float[] forward(float[] x, float[] weight, float[] bias) {
    try (NDManager scope = EngineDevice.cpu(1).newScope()) {
      GroupNorm block = block(scope, weight, bias);
      NDArray input = scope.create(x, new Shape(SAMPLES, CHANNELS, 5, 5));
      return block
          .forward(new ParameterStore(scope, false), new NDList(input), false)
          .singletonOrThrow()
          .toFloatArray();
    }
  }

  private static float[][] gradients(float[] x, float[] weight, float[] bias, float[] direction) {
    try (NDManager scope = EngineDevice.cpu(1).newScope();
        GradientCollector collector = scope.getEngine().newGradientCollector()) {
      GroupNorm block = block(scope, weight, bias);
      NDArray input = scope.create(x, new Shape(SAMPLES, CHANNELS, 5, 5));
      input.setRequiresGradient(true);
      NDArray y =
          block
              .forward(new ParameterStore(scope, false), new NDList(input), true)
              .singletonOrThrow();
      collector.backward(y.mul(scope.create(direction, y.getShape())).sum());
      return new float[][] {
        input.getGradient().toFloatArray(),
        block.getDirectParameters().get("weight").getArray().getGradient().toFloatArray(),
        block.getDirectParameters().get("bias").getArray().getGradient().toFloatArray()
      };
    }
  }

  private static GroupNorm block(NDManager scope, float[] weight, float[] bias) {
    GroupNorm block = new GroupNorm(GROUPS, CHANNELS);
    block.setInitializer((manager, shape, _) -> manager.create(weight, shape), "weight");
    block.setInitializer((manager, shape, _) -> manager.create(bias, shape), "bias");
    block.initialize(scope, DataType.FLOAT32, new Shape(SAMPLES, CHANNELS, 5, 5));
    return block;
  }

  private static double[] byDefinition(float[] x, float[] weight, float[] bias) {
    double[] y = new double[x.length];
    int groupSize = CHANNELS / GROUPS * PIXELS;
    for (int start = 0; start < x.length; start += groupSize) {
      double mean = 0;
      for (int i = start; i < start + groupSize; i++) {
        mean += x[i] / (double) groupSize;
      }
      double variance = 0;
      for (int i = start; i < start + groupSize; i++) {
        variance += (x[i] - mean) * (x[i] - mean) / groupSize;
      }
      for (int i = start; i < start + groupSize; i++) {
        int channel = i / PIXELS % CHANNELS;
        y[i] = (x[i] - mean) / Math.sqrt(variance + 1e-5) * weight[channel] + bias[channel];
      }
    }
    return y;
  }

  private static double lossByDefinition(
      float[] x, float[] weight, float[] bias, float[] direction) {
    double[] y = byDefinition(x, weight, bias);
    double loss = 0;
    for (int i = 0; i < y.length; i++) {
      loss += y[i] * direction[i];
    }
    return loss;
  }

  private static void assertGradient(float[] actual, float[] at, DoubleSupplier loss) {
    for (int i = 0; i < at.length; i++) {
      float value = at[i];
      at[i] = value + 1e-2f;
      double step = at[i];
      double above = loss.getAsDouble();
      at[i] = value - 1e-2f;
      step -= at[i];
      double below = loss.getAsDouble();
      at[i] = value;
      assertThat((double) actual[i]).isCloseTo((above - below) / step, within(5e-3));
    }
  }

  private float[] gaussians(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
