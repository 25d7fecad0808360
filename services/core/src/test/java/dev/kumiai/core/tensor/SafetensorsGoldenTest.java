package dev.kumiai.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.kumiai.core.Digest;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The reference implementation, Python's `safetensors`, and this one read each other's files.
/// `make_golden.py`, beside the golden files, made them.
class SafetensorsGoldenTest {

  private static final Map<String, String> METADATA = Map.of("trained on", "plant \"é\" \n 組合");

  @TempDir private Path folder;

  @Test
  void readsWhatPythonWrote() throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(golden("python-torch.safetensors"))) {
      ModelWeights weights = file.weights();

      assertThat(file.metadata()).isEqualTo(METADATA);
      assertThat(weights.specs()).isEqualTo(model().specs());
      assertThat(weights.get("層.重み").toFloats())
          .containsExactly(-0.75f, -0.5f, -0.25f, 0, 0.25f, 0.5f, 0.75f, 1, 1.25f, 1.5f, 1.75f, 2);
      assertThat(weights.get("bias").toFloats())
          .containsExactly(1.5f, -0.0f, Float.MAX_VALUE, Float.MIN_VALUE);
      assertThat(weights.get("half").toFloats())
          .containsExactly(65504f, 0x1p-24f, -1.5f, 0.25f); // 6e-8 is nearest to the least half
      assertThat(weights.get("brain").toFloats())
          .containsExactly(3.140625f, -0x1.2cp126f, 0x1p-126f); // -1e38 to 8 bits of mantissa
      assertThat(weights.get("steps").toLongs()).containsExactly(1L << 62, -1);
      assertThat(weights.get("scalar").toFloats()).containsExactly(42.5f);
      assertThat(weights.get("scalar.count").toLongs()).containsExactly(7);
      assertThat(weights.get("empty").toFloats()).isEmpty();
    }
  }

  @Test
  void readsFileOfNoTensorsFromPython() throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(golden("python-no-tensors.safetensors"))) {
      assertThat(file.specs()).isEmpty();
      assertThat(file.metadata()).isEmpty();
    }
  }

  @Test
  void writesTheSameBytesAsPython() throws IOException {
    Path written = folder.resolve("java.safetensors");

    Digest digest = SafetensorsWriter.write(written, model(), METADATA);

    Path golden = golden("python-torch.safetensors");
    assertThat(written).hasSameBinaryContentAs(golden);
    assertThat(digest).isEqualTo(Digest.of(golden));
  }

  @Test
  void writesFileOfNoTensorsAsPythonDoes() throws IOException {
    Path written = folder.resolve("java.safetensors");

    SafetensorsWriter.write(written, ModelWeights.of(List.of()), Map.of());

    assertThat(written).hasSameBinaryContentAs(golden("python-no-tensors.safetensors"));
  }

  @Test
  void pythonOpensWhatWasWrittenHere() throws IOException, InterruptedException {
    Path written = folder.resolve("java.safetensors");
    ModelWeights
        odd = // three halves before a float: the order given would leave the float unaligned
        ModelWeights.of(
                List.of(
                    Tensor.of(
                        new TensorSpec("odd", DType.F16, Shape.of(3)),
                        ByteBuffer.wrap(new byte[] {0, 0x3c, 0, 0x40, 0, 0x42})),
                    Tensor.ofFloats("naïve", Shape.of(1, 2), new float[] {0.5f, -2}),
                    Tensor.ofLongs("n", Shape.of(), new long[] {-9})));
    SafetensorsWriter.write(written, odd, Map.of("k", "1"));

    String printed =
        python(
            """
            import sys
            try:
                import torch
                from safetensors import safe_open
            except ImportError:
                sys.exit(0)
            with safe_open(sys.argv[1], framework="pt") as f:
                print(f.metadata())
                for name in sorted(f.keys()):
                    t = f.get_tensor(name)
                    print(ascii(name), t.dtype, list(t.shape), t.tolist())
            """,
            written);

    assumeThat(printed).as("python3 has torch and safetensors").isNotEmpty();
    assertThat(printed.lines())
        .containsExactly(
            "{'k': '1'}",
            "'n' torch.int64 [] -9",
            "'na\\xefve' torch.float32 [1, 2] [[0.5, -2.0]]",
            "'odd' torch.float16 [3] [1.0, 2.0, 3.0]");
  }

  /// What Python prints; nothing where there is no Python.
  private static String python(String script, Path argument)
      throws IOException, InterruptedException {
    boolean installed =
        List.of(Objects.requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator))
            .stream()
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "python3")));
    assumeThat(installed).as("python3 is installed").isTrue();
    Process process =
        new ProcessBuilder("python3", "-c", script, argument.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("exit status of python3").isZero();
    return printed;
  }

  /// The tensors of `make_golden.py`, in the order in which Python puts them.
  private static ModelWeights model() {
    float[] weight = new float[12];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (i - 3) / 4f;
    }
    return ModelWeights.of(
        List.of(
            Tensor.ofLongs("scalar.count", Shape.of(), new long[] {7}),
            Tensor.ofLongs("steps", Shape.of(2), new long[] {1L << 62, -1}),
            Tensor.ofFloats(
                "bias", Shape.of(4), new float[] {1.5f, -0.0f, Float.MAX_VALUE, Float.MIN_VALUE}),
            Tensor.ofFloats("empty", Shape.of(0, 5), new float[0]),
            Tensor.ofFloats("quoted \"name\" \\ \t\u0001", Shape.of(1), new float[] {1}),
            Tensor.ofFloats("scalar", Shape.of(), new float[] {42.5f}),
            Tensor.ofFloats("層.重み", Shape.of(3, 4), weight),
            narrowed("brain", DType.BF16, Shape.of(3), 3.140625f, -1e38f, 0x1p-126f),
            narrowed("half", DType.F16, Shape.of(2, 2), 65504f, 6e-8f, -1.5f, 0.25f)));
  }

  private static Tensor narrowed(String name, DType dtype, Shape shape, float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    dtype.writeFloats(values, 0, values.length, bytes);
    return Tensor.of(new TensorSpec(name, dtype, shape), bytes);
  }

  private static Path golden(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(
                  SafetensorsGoldenTest.class.getResource("/safetensors/" + name), name)
              .toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
