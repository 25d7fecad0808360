package dev.kumiai.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {

  private static final TensorSpec PAIR = new TensorSpec("pair", DType.F32, Shape.of(2));

  @TempDir private Path folder;

  @Test
  void returnsTheDigestOfTheFile() throws IOException {
    Path path = folder.resolve("m.safetensors");
    float[] values = new float[100_000]; // several slices
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }

    Digest digest =
        SafetensorsWriter.write(
            path,
            ModelWeights.of(List.of(Tensor.ofFloats("a", Shape.of(100_000), values))),
            Map.of());

    assertThat(digest).isEqualTo(Digest.of(path));
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.weights().get("a").toFloats()).containsExactly(values);
    }
  }

  @Test
  void writesTheSameBytesWhereverBlocksEnd() throws IOException {
    float[] values = {1, 2, 3, 4, 5};
    TensorSpec spec = new TensorSpec("a", DType.F32, Shape.of(5));
    ByteBuffer bytes = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);

    Digest inBytes;
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(folder.resolve("bytes"), List.of(spec), Map.of())) {
      writer.write(bytes.slice(0, 7));
      writer.write(bytes.slice(7, 13));
      inBytes = writer.finish();
    }
    Digest inFloats;
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(folder.resolve("floats"), List.of(spec), Map.of())) {
      writer.writeFloats(DType.F32, values, 0, 2);
      writer.writeFloats(DType.F32, values, 2, 3);
      inFloats = writer.finish();
    }

    assertThat(inBytes).isEqualTo(inFloats);
  }

  @Test
  void putsLargerElementsFirstSoThatAllAreAligned() throws IOException {
    List<TensorSpec> given =
        List.of(
            new TensorSpec("half", DType.F16, Shape.of(3)),
            new TensorSpec("z", DType.F32, Shape.of(1)),
            new TensorSpec("a", DType.F32, Shape.of(1)),
            new TensorSpec("count", DType.I64, Shape.of(1)));

    try (SafetensorsWriter writer =
        SafetensorsWriter.create(folder.resolve("m"), given, Map.of())) {
      assertThat(writer.specs())
          .extracting(TensorSpec::name)
          .containsExactly("count", "z", "a", "half");
    }
  }

  @Test
  void leavesNothingWhenAbandoned() throws IOException {
    Path path = Files.writeString(folder.resolve("m"), "before");

    try (SafetensorsWriter writer = SafetensorsWriter.create(path, List.of(PAIR), Map.of())) {
      writer.writeFloats(DType.F32, new float[1], 0, 1);
    }

    assertThat(folder.toFile().list()).containsExactly("m");
    assertThat(path).hasContent("before");
  }

  @Test
  void replacesTheFileOnlyWhenFinished() throws IOException {
    Path path = Files.writeString(folder.resolve("m"), "before");

    try (SafetensorsWriter writer = SafetensorsWriter.create(path, List.of(PAIR), Map.of())) {
      writer.writeFloats(DType.F32, new float[2], 0, 2);
      assertThat(path).hasContent("before");
      Digest digest = writer.finish();
      assertThat(Digest.of(path)).isEqualTo(digest);
    }

    assertThat(folder.toFile().list()).containsExactly("m");
  }

  @Test
  void refusesMoreOrFewerValuesThanTheTensorsHold() throws IOException {
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(folder.resolve("m"), List.of(PAIR), Map.of())) {
      writer.writeFloats(DType.F32, new float[1], 0, 1);

      assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> writer.writeFloats(DType.F32, new float[2], 0, 2))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void refusesHeaderOverTheLimit() {
    assertRefused(
        "safetensors-header-too-long",
        () -> create(List.of(PAIR), Map.of("k", "x".repeat(1 << 20))));
  }

  @Test
  void refusesTwoTensorsOfOneName() {
    assertRefused("tensor-name-duplicate", () -> create(List.of(PAIR, PAIR), Map.of()));
  }

  @Test
  void refusesMetadataThatIsNotUnicode() {
    assertRefused(
        "safetensors-metadata-malformed", () -> create(List.of(PAIR), Map.of("k", "\ud800")));
  }

  @Test
  void refusesTensorsThatTogetherOverflow() {
    Shape huge = Shape.of(1L << 60);
    assertRefused(
        "safetensors-too-large",
        () ->
            create(
                List.of(new TensorSpec("a", DType.F32, huge), new TensorSpec("b", DType.F32, huge)),
                Map.of()));
  }

  private void create(List<TensorSpec> specs, Map<String, String> metadata) throws IOException {
    SafetensorsWriter.create(folder.resolve("refused"), specs, metadata).close();
  }

  private void assertRefused(String code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            KumiaiException.Invalid.class, e -> assertThat(e.code()).isEqualTo(code));
    assertThat(folder).isEmptyDirectory();
  }
}
