package dev.kumiai.core.tensor;

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
}
