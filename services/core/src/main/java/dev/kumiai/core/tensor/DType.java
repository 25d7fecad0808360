package dev.kumiai.core.tensor;

import dev.kumiai.core.KumiaiException;
import java.nio.ByteBuffer;
import java.nio.ShortBuffer;

/// The number formats that weights come in, little-endian.
public enum DType {
  F32("F32", 4),
  F16("F16", 2),
  BF16("BF16", 2),
  I64("I64", 8);

  private final String safetensorsName;
  private final int bytes;

  DType(String safetensorsName, int bytes) {
    this.safetensorsName = safetensorsName;
    this.bytes = bytes;
  }

  /// Its name in a safetensors header.
  public String safetensorsName() {
    return safetensorsName;
  }

  /// Bytes of one element.
  public int bytes() {
    return bytes;
  }

  /// Whether its values are floating point, that is, can be read as floats without loss.
  public boolean isFloating() {
    return this != I64;
  }

  /// Widens the first `length` elements of a little-endian buffer to floats, without loss.
  void readFloats(ByteBuffer from, float[] into, int offset, int length) {
    switch (this) {
      case F32 -> from.asFloatBuffer().get(into, offset, length);
      case F16 -> {
        ShortBuffer halves = from.asShortBuffer();
        for (int i = 0; i < length; i++) {
          into[offset + i] = Float.float16ToFloat(halves.get(i));
        }
      }
      case BF16 -> {
        ShortBuffer halves = from.asShortBuffer();
        for (int i = 0; i < length; i++) {
          into[offset + i] = Float.intBitsToFloat(halves.get(i) << 16);
        }
      }
      case I64 -> throw notFloating();
    }
  }

  /// Narrows floats to this format, to the nearest value, ties to even, and puts them at the start
  /// of a little-endian buffer.
  void writeFloats(float[] from, int offset, int length, ByteBuffer into) {
    switch (this) {
      case F32 -> into.asFloatBuffer().put(from, offset, length);
      case F16 -> {
        ShortBuffer halves = into.asShortBuffer();
        for (int i = 0; i < length; i++) {
          halves.put(i, Float.floatToFloat16(from[offset + i]));
        }
      }
      case BF16 -> {
        ShortBuffer halves = into.asShortBuffer();
        for (int i = 0; i < length; i++) {
          halves.put(i, toBfloat16(from[offset + i]));
        }
      }
      case I64 -> throw notFloating();
    }
  }

  private static short toBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40); // stays NaN even if its payload was in the lower half
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }

  /// Index of the first of `length` elements that is NaN or infinite, or -1. Looks at the exponent
  /// bits, so that the loop over finite values has no branch.
  int firstNotFinite(ByteBuffer from, int length) {
    return switch (this) {
      case F32 -> firstNotFiniteF32(from, length);
      case F16 -> firstWithExponent(from, length, 0x7c00);
      case BF16 -> firstWithExponent(from, length, 0x7f80);
      case I64 -> -1;
    };
  }

  private static int firstNotFiniteF32(ByteBuffer from, int length) {
    int[] bits = new int[length];
    from.asIntBuffer().get(bits);
    int signs = 0;
    for (int b : bits) {
      signs |= (b & 0x7fff_ffff) + 0x0080_0000; // overflows to negative from 0x7f80_0000 on
    }
    if (signs >= 0) {
      return -1;
    }
    int i = 0;
    while ((bits[i] & 0x7f80_0000) != 0x7f80_0000) {
      i++;
    }
    return i;
  }

  private static int firstWithExponent(ByteBuffer from, int length, int exponent) {
    ShortBuffer halves = from.asShortBuffer();
    for (int i = 0; i < length; i++) {
      if ((halves.get(i) & exponent) == exponent) {
        return i;
      }
    }
    return -1;
  }

  private KumiaiException.Invalid notFloating() {
    return new KumiaiException.Invalid(
        "tensor-not-floating", "a tensor of " + safetensorsName + " does not hold floats");
  }
}
