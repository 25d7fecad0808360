package dev.kumiai.core.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Digest;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.tensor.DType;
import dev.kumiai.core.tensor.Shape;
import dev.kumiai.core.tensor.Tensor;
import dev.kumiai.core.tensor.TensorSpec;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FedAvgTest {

  @TempDir private Path folder;

  private Models models;

  @BeforeEach
  void store() {
    models = new Models(folder);
  }

  @Test
  void weighsUpdatesByTheirExamples() throws IOException {
    Updates updates =
        Models.updates(
            models.update("a", 1, 8, 0, -4),
            models.update("b", 2, 2, 0, 4),
            models.update("c", 5, 4, 1, 0));

    float[] mean = models.next(new FedAvg(), updates);

    assertThat(mean).containsExactly((8 + 2 * 2 + 5 * 4) / 8f, 5 / 8f, (-4 + 2 * 4) / 8f);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 50})
  void meanOfEqualUpdatesIsThatUpdateBitByBit(int sites) throws IOException {
    Random random = new Random(sites);
    float[] values = randomBits(random, 5_000);
    List<Update> updates = new ArrayList<>();
    for (int i = 0; i < sites; i++) {
      updates.add(models.update("site-" + i, 1 + random.nextInt(1_000_000), values));
    }

    float[] mean = models.next(new FedAvg(), Models.updates(updates.toArray(Update[]::new)));

    assertThat(mean).containsExactly(values);
  }

  @Test
  void isWithinRoundingOfTheExactMean() throws IOException {
    Random random = new Random(1);
    long[] examples = {3, 1, 1_000_003, 17, 5};
    List<float[]> values = new ArrayList<>();
    List<Update> updates = new ArrayList<>();
    for (int i = 0; i < examples.length; i++) {
      values.add(randomBits(random, 2_000));
      updates.add(models.update("site-" + i, examples[i], values.get(i)));
    }

    float[] mean = models.next(new FedAvg(), Models.updates(updates.toArray(Update[]::new)));

    BigDecimal all = BigDecimal.valueOf(Arrays.stream(examples).sum());
    for (int element = 0; element < mean.length; element++) {
      BigDecimal sum = BigDecimal.ZERO;
      double largest = 0;
      for (int i = 0; i < examples.length; i++) {
        float value = values.get(i)[element];
        largest = Math.max(largest, Math.abs(value));
        sum = sum.add(new BigDecimal(value).multiply(BigDecimal.valueOf(examples[i])));
      }
      BigDecimal exact = sum.divide(all, MathContext.DECIMAL128);
      double error = exact.subtract(new BigDecimal(mean[element])).abs().doubleValue();
      assertThat(error).isLessThanOrEqualTo(0.5 * Math.ulp(mean[element]) + largest * 0x1p-50);
    }
  }

  @Test
  void hasTheSameBitsForAnyNumberOfThreadsAndAnyOrderOfArrival() throws IOException {
    Random random = new Random(7);
    float[][] slabs = cancelling(random, 9, 3 * Pipeline.PIECE);
    float[][] odd = cancelling(random, 9, Pipeline.PIECE + 12_345);
    List<Update> updates = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      updates.add(
          new Update(
              new SiteId("site-" + i),
              3,
              models.store(
                  Tensor.ofFloats("small", Shape.of(), new float[] {i}),
                  Tensor.ofFloats("slabs", Shape.of(slabs[i].length), slabs[i]),
                  Tensor.ofLongs("counts", Shape.of(3), random.longs(3).toArray()),
                  Tensor.ofFloats("none", Shape.of(0), new float[0]),
                  Tensor.ofFloats("odd", Shape.of(odd[i].length), odd[i]))));
    }
    Digest expected =
        Digest.of(
            models.aggregate(new FedAvg(), 1, Models.updates(updates.toArray(Update[]::new))));

    for (int threads : new int[] {1, 2, 3, 8}) {
      Collections.shuffle(updates, random);
      Path next =
          models.aggregate(
              new FedAvg(), threads, Updates.of(updates.getFirst().weights(), updates));

      assertThat(Digest.of(next)).as("%d threads", threads).isEqualTo(expected);
    }
  }

  @Test
  void findsTensorsByNameInWhateverOrderAFileHasThem() throws IOException {
    Tensor a = Tensor.ofFloats("a", Shape.of(2), new float[] {1, 2});
    Tensor b = Tensor.ofFloats("b", Shape.of(1), new float[] {10});
    Update one = new Update(new SiteId("one"), 1, models.store(a, b));
    Update two = new Update(new SiteId("two"), 1, models.store(b, a));

    assertThat(models.tensor(new FedAvg(), Models.updates(one, two), "a").toFloats())
        .containsExactly(1, 2);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 3, 1, 2",
    "0, 1, 1, 1, 0", // half way: to the even one
    "1, 1, 2, 1, 2", // half way: to the even one
    "-1, 1, 0, 1, 0",
    "-3, 1, 0, 2, -1",
    "9223372036854775807, 1, 9223372036854775805, 1, 9223372036854775806",
    "9223372036854775807, 1000, 9223372036854775807, 3, 9223372036854775807",
    "9007199254740993, 1, 9007199254740993, 2, 9007199254740993" // not a double
  })
  void roundsTheExactMeanOfIntegers(long one, long ones, long two, long twos, long mean)
      throws IOException {
    Updates updates =
        Models.updates(
            new Update(
                new SiteId("one"),
                ones,
                models.store(Tensor.ofLongs("n", Shape.of(), new long[] {one}))),
            new Update(
                new SiteId("two"),
                twos,
                models.store(Tensor.ofLongs("n", Shape.of(), new long[] {two}))));

    assertThat(models.tensor(new FedAvg(), updates, "n").toLongs()).containsExactly(mean);
  }

  @Test
  void averagesHalvesInDoublePrecision() throws IOException {
    Updates updates =
        Models.updates(
            new Update(new SiteId("one"), 1, models.store(half(0x4000), brain(0x4000))), // 2
            new Update(new SiteId("two"), 3, models.store(half(0x3c01), brain(0x3f81))));

    float f16 = models.tensor(new FedAvg(), updates, "half").toFloats()[0];
    float bf16 = models.tensor(new FedAvg(), updates, "brain").toFloats()[0];

    // (2 + 3 * (1 + 2^-10)) / 4 = 1.25 + 0.75 * 2^-10, nearest to 1.25 + 2^-10
    assertThat(f16).isEqualTo(1.25f + 0x1p-10f);
    assertThat(bf16).isEqualTo(1.25f + 0x1p-7f);
  }

  private static Tensor half(int bits) {
    return Tensor.of(new TensorSpec("half", DType.F16, Shape.of(1)), shorts(bits));
  }

  private static Tensor brain(int bits) {
    return Tensor.of(new TensorSpec("brain", DType.BF16, Shape.of(1)), shorts(bits));
  }

  private static ByteBuffer shorts(int bits) {
    return ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN).putShort(0, (short) bits);
  }

  /// Elements of which two updates have a large value, once with each sign: their mean depends on
  /// the order in which updates are added.
  private static float[][] cancelling(Random random, int updates, int count) {
    float[][] values = new float[updates][count];
    for (int element = 0; element < count; element++) {
      for (float[] update : values) {
        update[element] = random.nextFloat();
      }
      int one = random.nextInt(updates);
      values[one][element] = 1e20f;
      values[(one + 1 + random.nextInt(updates - 1)) % updates][element] = -1e20f;
    }
    return values;
  }

  /// Floats of all magnitudes but the very largest, and of both signs.
  private static float[] randomBits(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = Float.intBitsToFloat(random.nextInt() & 0xbfff_ffff);
    }
    return values;
  }
}
