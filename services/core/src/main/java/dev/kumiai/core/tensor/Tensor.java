package dev.kumiai.core.tensor;

import dev.kumiai.core.KumiaiException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A named array of numbers, immutable by convention: whoever hands in a buffer does not write to
/// it any more. Below 2 GiB; larger ones are read block by block from a [SafetensorsFile].
public final class Tensor {

  private final TensorSpec spec;
  private final ByteBuffer bytes;

  private Tensor(TensorSpec spec, ByteBuffer bytes) {
    this.spec = spec;
    this.bytes = bytes;
  }

  /// A tensor over the remaining bytes of `buffer`, which are not copied.
  ///
  /// @throws KumiaiException.Invalid `tensor-bytes-mismatch` unless there are exactly as many as
  ///   the spec asks for
  public static Tensor of(TensorSpec spec, ByteBuffer buffer) {
    if (buffer.remaining() != spec.bytes()) {
      throw new KumiaiException.Invalid(
          "tensor-bytes-mismatch",
          "tensor '%s' of %s %s takes %d bytes, not %d"
              .formatted(
                  spec.name(), spec.dtype(), spec.shape(), spec.bytes(), buffer.remaining()));
    }
    return new Tensor(spec, buffer.slice().asReadOnlyBuffer());
  }

  /// A float32 tensor of a copy of `values`.
  public static Tensor ofFloats(String name, Shape shape, float[] values) {
    return ofFloats(new TensorSpec(name, DType.F32, shape), values);
  }

  /// A tensor of a copy of `values`, narrowed to the spec's format to the nearest value.
  ///
  /// @throws KumiaiException.Invalid `tensor-not-floating` for int64
  public static Tensor ofFloats(TensorSpec spec, float[] values) {
    ByteBuffer buffer = allocate(spec, values.length);
    spec.dtype().writeFloats(values, 0, values.length, buffer);
    return of(spec, buffer);
  }

  /// An int64 tensor of a copy of `values`.
  public static Tensor ofLongs(String name, Shape shape, long[] values) {
    TensorSpec spec = new TensorSpec(name, DType.I64, shape);
    ByteBuffer buffer = allocate(spec, values.length);
    buffer.asLongBuffer().put(values);
    return of(spec, buffer);
  }

  private static ByteBuffer allocate(TensorSpec spec, int elements) {
    long size = (long) elements * spec.dtype().bytes();
    if (size > Integer.MAX_VALUE) {
      throw new KumiaiException.Invalid(
          "tensor-over-2-gib",
          "tensor '%s' has %d bytes and cannot be held in memory: write it block by block"
              .formatted(spec.name(), size));
    }
    return ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
  }

  public TensorSpec spec() {
    return spec;
  }

  /// Its bytes: a read-only little-endian view of its own, from position 0 to the end. May be a
  /// mapped file.
  public ByteBuffer buffer() {
    return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /// A copy of its values, widened to float32 without loss.
  ///
  /// @throws KumiaiException.Invalid `tensor-not-floating` for int64
  public float[] toFloats() {
    float[] values = new float[Math.toIntExact(spec.elements())];
    spec.dtype().readFloats(buffer(), values, 0, values.length);
    return values;
  }

  /// A copy of the values of an int64 tensor.
  ///
  /// @throws KumiaiException.Invalid `tensor-not-integer` for the floating-point formats
  public long[] toLongs() {
    if (spec.dtype() != DType.I64) {
      throw new KumiaiException.Invalid(
          "tensor-not-integer", "tensor '%s' is %s, not I64".formatted(spec.name(), spec.dtype()));
    }
    long[] values = new long[Math.toIntExact(spec.elements())];
    buffer().asLongBuffer().get(values);
    return values;
  }

  @Override
  public String toString() {
    return "Tensor[" + spec + "]";
  }
}
