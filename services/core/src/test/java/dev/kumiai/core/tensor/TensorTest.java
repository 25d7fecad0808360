package dev.kumiai.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.KumiaiException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class TensorTest {

  @Test
  void givesLittleEndianReadOnlyViewFromItsStart() {
    Tensor tensor = Tensor.ofFloats("a", Shape.of(2), new float[] {1, 2});

    ByteBuffer buffer = tensor.buffer();

    assertThat(buffer.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    assertThat(buffer.remaining()).isEqualTo(8);
    assertThat(buffer.getFloat()).isEqualTo(1);
    assertThat(tensor.buffer().position()).as("a view of its own each time").isZero();
    assertThatThrownBy(() -> buffer.putFloat(0, 9)).isInstanceOf(ReadOnlyBufferException.class);
  }

  @Test
  void copiesTheFloatsItIsMadeOf() {
    float[] values = {1, 2};
    Tensor tensor = Tensor.ofFloats("a", Shape.of(2), values);

    values[0] = 9;

    assertThat(tensor.toFloats()).containsExactly(1, 2);
  }

  @Test
  void refusesBytesThatAreNotThoseOfItsShape() {
    TensorSpec spec = new TensorSpec("a", DType.BF16, Shape.of(3));

    assertInvalid("tensor-bytes-mismatch", () -> Tensor.of(spec, ByteBuffer.allocate(8)));
    assertInvalid("tensor-bytes-mismatch", () -> Tensor.ofFloats("a", Shape.of(3), new float[2]));
    assertInvalid("tensor-bytes-mismatch", () -> Tensor.ofLongs("a", Shape.of(), new long[2]));
  }

  @Test
  void refusesToReadOneFormatAsAnother() {
    Tensor floats = Tensor.ofFloats("a", Shape.of(1), new float[1]);
    Tensor longs = Tensor.ofLongs("b", Shape.of(1), new long[1]);

    assertInvalid("tensor-not-integer", floats::toLongs);
    assertInvalid("tensor-not-floating", longs::toFloats);
  }

  @Test
  void refusesNamesThatAFileCannotHold() {
    assertInvalid("tensor-name-invalid", () -> new TensorSpec("", DType.F32, Shape.of()));
    assertInvalid(
        "tensor-name-invalid", () -> new TensorSpec("__metadata__", DType.F32, Shape.of()));
    assertInvalid("tensor-name-invalid", () -> new TensorSpec("\udc00", DType.F32, Shape.of()));
  }

  @Test
  void refusesSizesThatOverflow() {
    assertInvalid("shape-overflow", () -> Shape.of(1L << 32, 1L << 31));
    assertInvalid("shape-invalid", () -> Shape.of(2, -1));
    assertInvalid("tensor-too-large", () -> new TensorSpec("a", DType.I64, Shape.of(1L << 60)));
  }

  @Test
  void findsTensorsByName() {
    Tensor a = Tensor.ofFloats("a", Shape.of(), new float[] {1});
    Tensor b = Tensor.ofLongs("b", Shape.of(2), new long[2]);
    ModelWeights weights = ModelWeights.of(List.of(b, a));

    assertThat(weights.tensors()).containsExactly(b, a);
    assertThat(weights.get("a")).isSameAs(a);
    assertThat(weights.bytes()).isEqualTo(20);
    assertInvalid("tensor-missing", () -> weights.get("c"));
    assertInvalid("tensor-name-duplicate", () -> ModelWeights.of(List.of(a, a)));
  }

  @Test
  void comparesTheTensorsOfTwoModels() {
    TensorSpec a = new TensorSpec("a", DType.F32, Shape.of(2, 3));
    TensorSpec b = new TensorSpec("b", DType.F32, Shape.of());

    TensorSpec.requireSame(List.of(a, b), List.of(b, a));

    assertInvalid("tensor-missing", () -> TensorSpec.requireSame(List.of(a, b), List.of(b)));
    assertInvalid("tensor-unexpected", () -> TensorSpec.requireSame(List.of(a), List.of(a, b)));
    assertInvalid(
        "tensor-dtype-mismatch",
        () ->
            TensorSpec.requireSame(
                List.of(a), List.of(new TensorSpec("a", DType.F16, Shape.of(2, 3)))));
    assertInvalid(
        "tensor-shape-mismatch",
        () ->
            TensorSpec.requireSame(
                List.of(a), List.of(new TensorSpec("a", DType.F32, Shape.of(3, 2)))));
  }

  private static void assertInvalid(String code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            KumiaiException.Invalid.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
