package dev.kumiai.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DTypeTest {

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F16", "BF16"})
  void widensAndNarrowsEveryFiniteHalfWithoutLoss(DType dtype) {
    ByteBuffer all = halves(1 << 16);
    for (int i = 0; i < 1 << 16; i++) {
      all.putShort(2 * i, (short) i);
    }
    float[] widened = new float[1 << 16];
    ByteBuffer narrowed = halves(1 << 16);

    dtype.readFloats(all, widened, 0, widened.length);
    dtype.writeFloats(widened, 0, widened.length, narrowed);

    for (int i = 0; i < 1 << 16; i++) {
      if (Float.isNaN(widened[i])) {
        assertThat(dtype.firstNotFinite(narrowed.slice(2 * i, 2).order(all.order()), 1)).isZero();
      } else {
        assertThat(narrowed.getShort(2 * i)).isEqualTo((short) i);
      }
    }
  }

  /// The expected values are worked out by exact decimal arithmetic: no other bfloat16 is nearer.
  @ParameterizedTest
  @CsvSource({
    "1.00390625, 3f80", // half way between 1 and the next, whose last bit is odd: to even
    "1.01171875, 3f82", // half way again, now the lower one is odd
    "1.003907, 3f81",
    "3.3895314e38, 7f7f", // the largest bfloat16
    "3.4e38, 7f80", // nearer to infinity
    "-1e-45, 8000"
  })
  void roundsToTheNearestBfloat16(float value, String bits) {
    ByteBuffer narrowed = halves(1);

    DType.BF16.writeFloats(new float[] {value}, 0, 1, narrowed);

    assertThat("%04x".formatted(narrowed.getShort(0))).isEqualTo(bits);
  }

  @Test
  void noBfloat16IsNearerThanTheChosenOne() {
    for (int bits = 0; bits < 0x7f7f_0000; bits += 0x0012_3457) {
      float value = Float.intBitsToFloat(bits);
      ByteBuffer narrowed = halves(1);

      DType.BF16.writeFloats(new float[] {value}, 0, 1, narrowed);

      int chosen = narrowed.getShort(0);
      assertThat(distance(value, chosen))
          .isLessThanOrEqualTo(distance(value, chosen + 1))
          .isLessThanOrEqualTo(distance(value, Math.max(0, chosen - 1)));
    }
  }

  private static BigDecimal distance(float value, int bfloat16) {
    float other = Float.intBitsToFloat(bfloat16 << 16);
    return Float.isInfinite(other)
        ? BigDecimal.valueOf(Double.MAX_VALUE)
        : new BigDecimal(value).subtract(new BigDecimal(other)).abs();
  }

  private static ByteBuffer halves(int count) {
    return ByteBuffer.allocate(2 * count).order(ByteOrder.LITTLE_ENDIAN);
  }
}
