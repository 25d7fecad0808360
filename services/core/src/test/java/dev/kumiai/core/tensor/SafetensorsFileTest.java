package dev.kumiai.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.KumiaiException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsFileTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(ints = {8, 16, 24, 32, 40, 1024})
  void readsTheSameThroughWindowsOfAnySize(int windowBytes) throws IOException {
    Path path = folder.resolve("m.safetensors");
    long[] counts = {1, -2, 3, 1L << 40, 5};
    float[] first = {1, 2, 3, 4, 5, 6, 7};
    float[] second = {8, 9, 10};
    SafetensorsWriter.write(
        path,
        ModelWeights.of(
            List.of(
                Tensor.ofLongs("counts", Shape.of(5), counts),
                Tensor.ofFloats("none", Shape.of(0), new float[0]),
                Tensor.ofFloats("first", Shape.of(7), first),
                Tensor.ofFloats("second", Shape.of(3), second))),
        Map.of());

    try (SafetensorsFile file = SafetensorsFile.open(path, windowBytes)) {
      assertThat(longs(file, "counts", 0, 5)).containsExactly(counts);
      assertThat(floats(file, "first", 0, 7)).containsExactly(first);
      assertThat(floats(file, "first", 1, 5)).containsExactly(2, 3, 4, 5, 6);
      assertThat(floats(file, "second", 0, 3)).containsExactly(second);
      assertThat(floats(file, "none", 0, 0)).isEmpty();
      file.requireFinite();
    }
  }

  @Test
  void readsTensorOverTwoGibibytesBlockByBlock() throws IOException {
    long elements = 600_000_000; // 2.4 GB; the file is sparse
    long lastOfFirstWindow = (Integer.MAX_VALUE & -8) / 4 - 1;
    Path path = folder.resolve("large.safetensors");
    String json =
        "{\"large\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[0,%d]}}"
            .formatted(elements, 4 * elements);
    ByteBuffer head = ByteBuffer.allocate(8 + json.length()).order(ByteOrder.LITTLE_ENDIAN);
    head.putLong(json.length()).put(json.getBytes(StandardCharsets.US_ASCII)).flip();
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      long data = channel.write(head);
      ByteBuffer pair = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      channel.write(pair.putFloat(5).putFloat(6).flip(), data + 4 * lastOfFirstWindow);
      channel.write(pair.clear().putFloat(7).putFloat(8).flip(), data + 4 * (elements - 2));
    }

    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(floats(file, "large", lastOfFirstWindow - 1, 4)).containsExactly(0, 5, 6, 0);
      assertThat(floats(file, "large", elements - 3, 3)).containsExactly(0, 7, 8);
      assertThatThrownBy(file::weights)
          .isInstanceOfSatisfying(
              KumiaiException.Invalid.class,
              e -> assertThat(e.code()).isEqualTo("tensor-over-2-gib"));
    }
  }

  @Test
  void readsUnalignedTensors() throws IOException {
    Path path = folder.resolve("odd.safetensors");
    String json = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} ";
    ByteBuffer bytes = ByteBuffer.allocate(8 + json.length() + 8).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(json.length()).put(json.getBytes(StandardCharsets.US_ASCII));
    bytes.putFloat(1.5f).putFloat(-2);
    Files.write(path, bytes.array());

    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat((8 + json.length()) % 4).isNotZero();
      assertThat(floats(file, "a", 0, 2)).containsExactly(1.5f, -2);
      assertThat(file.weights().get("a").toFloats()).containsExactly(1.5f, -2);
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void namesTheElementThatIsNotFinite(float bad) throws IOException {
    float[] values = new float[40_000];
    values[33_333] = bad;
    values[39_999] = bad;
    Path path = write(Tensor.ofFloats("layer", Shape.of(40_000), values));

    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThatThrownBy(file::requireFinite)
          .isInstanceOfSatisfying(
              KumiaiException.Invalid.class,
              e -> assertThat(e.code()).isEqualTo("tensor-not-finite"))
          .hasMessageContaining("element 33333 of tensor 'layer'");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F16", "BF16"})
  void findsWhatIsNotFiniteInHalves(DType dtype) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(6).order(ByteOrder.LITTLE_ENDIAN);
    dtype.writeFloats(new float[] {1, Float.NEGATIVE_INFINITY, 2}, 0, 3, bytes);
    Path path = write(Tensor.of(new TensorSpec("h", dtype, Shape.of(3)), bytes));

    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThatThrownBy(file::requireFinite).hasMessageContaining("element 1 of tensor 'h'");
    }
  }

  @Test
  void admitsTheLargestAndLeastFiniteValues() throws IOException {
    float[] extremes = {Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, -0.0f};
    Path path = write(Tensor.ofFloats("e", Shape.of(4), extremes));

    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      file.requireFinite();
    }
  }

  @Test
  void keepsViewsValidAfterClose() throws IOException {
    SafetensorsFile file =
        SafetensorsFile.open(write(Tensor.ofFloats("a", Shape.of(1), new float[] {3})));
    ModelWeights weights = file.weights();

    file.close();

    assertThat(weights.get("a").toFloats()).containsExactly(3);
    assertThatThrownBy(file::weights)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void refusesToReadOutsideTheTensorOrInAnotherFormat() throws IOException {
    Path path = write(Tensor.ofFloats("a", Shape.of(2), new float[2]));

    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThatThrownBy(() -> file.readFloats(0, 1, new float[2], 0, 2))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> file.readLongs(0, 0, new long[2], 0, 2))
          .hasMessageContaining("not I64");
      assertThatThrownBy(() -> file.indexOf("b")).hasMessageContaining("no tensor 'b'");
    }
  }

  private Path write(Tensor tensor) throws IOException {
    Path path = folder.resolve("m.safetensors");
    SafetensorsWriter.write(path, ModelWeights.of(List.of(tensor)), Map.of());
    return path;
  }

  private static float[] floats(SafetensorsFile file, String name, long from, int length) {
    float[] values = new float[length + 2];
    file.readFloats(file.indexOf(name), from, values, 1, length);
    return Arrays.copyOfRange(values, 1, length + 1);
  }

  private static long[] longs(SafetensorsFile file, String name, long from, int length) {
    long[] values = new long[length];
    file.readLongs(file.indexOf(name), from, values, 0, length);
    return values;
  }
}
