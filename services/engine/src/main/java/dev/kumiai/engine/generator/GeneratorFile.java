package dev.kumiai.engine.generator;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.tensor.DType;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.SafetensorsWriter;
import dev.kumiai.core.tensor.TensorSpec;
import dev.kumiai.engine.EngineDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A generator in one safetensors file: its weights, and its card as JSON under `kumiai.generator`
/// in the file's metadata. `<file>.json` beside it repeats the card with the file's digest, for
/// people and scripts; nothing here reads it.
public final class GeneratorFile {

  /// How a generator file's name ends.
  public static final String EXTENSION = ".safetensors";

  private static final String CARD = "kumiai.generator";

  private final GeneratorCard card;
  private final Digest digest;
  private final ModelWeights weights;

  private GeneratorFile(GeneratorCard card, Digest digest, ModelWeights weights) {
    this.card = card;
    this.digest = digest;
    this.weights = weights;
  }

  /// Opens and validates a file.
  ///
  /// @throws KumiaiException.NotFound `generator-missing`
  /// @throws KumiaiException.Invalid `generator-foreign` for a safetensors file of something else,
  ///   `generator-card-invalid`, `generator-weights-mismatch` when card and tensors contradict each
  ///   other, and the codes of [SafetensorsFile]
  public static GeneratorFile open(Path file) {
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      tensors.requireFinite();
      String json = tensors.metadata().get(CARD);
      if (json == null) {
        throw new KumiaiException.Invalid(
            "generator-foreign",
            "it is no generator: it carries no card, as those made by train-generator do");
      }
      GeneratorCard card = CardJson.read(json);
      requireWeightsOf(card, tensors.specs());
      return new GeneratorFile(card, Digest.of(file), tensors.weights());
    } catch (NoSuchFileException e) {
      throw new KumiaiException.NotFound(
          "generator-missing",
          "there is no generator file " + file + ": train one or name another");
    } catch (KumiaiException.Invalid e) {
      throw new KumiaiException.Invalid(e.code(), file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /// Opens a file and requires that it is the one that is meant.
  ///
  /// @throws KumiaiException.Invalid `generator-digest-mismatch`
  public static GeneratorFile open(Path file, Digest expected) {
    GeneratorFile opened = open(file);
    if (!opened.digest.equals(expected)) {
      throw new KumiaiException.Invalid(
          "generator-digest-mismatch",
          "%s has the digest %s, not %s: it is another generator, or it was changed"
              .formatted(file, opened.digest, expected));
    }
    return opened;
  }

  private static KumiaiException unreadable(Path path, IOException e) {
    return new KumiaiException.Unavailable(
        "generator-unreadable", "cannot read " + path + ": " + e.getMessage(), e);
  }

  static void requireWeightsOf(GeneratorCard card, List<TensorSpec> specs) {
    DType dtype = specs.isEmpty() ? DType.F32 : specs.getFirst().dtype();
    try {
      TensorSpec.requireSame(Denoiser.specs(card.design(), dtype), specs);
    } catch (KumiaiException.Invalid e) {
      throw new KumiaiException.Invalid(
          "generator-weights-mismatch",
          "its weights are not those of its card: " + e.getMessage(),
          e);
    }
  }

  /// Writes a generator and the readable copy of its card.
  ///
  /// @return the digest of the file
  static Digest write(Path file, GeneratorCard card, ModelWeights weights) throws IOException {
    Digest digest = SafetensorsWriter.write(file, weights, Map.of(CARD, CardJson.write(card)));
    Files.writeString(cardBeside(file), CardJson.write(card, digest));
    return digest;
  }

  /// Where the readable copy of a file's card stands.
  public static Path cardBeside(Path file) {
    return file.resolveSibling(file.getFileName() + ".json");
  }

  public GeneratorCard card() {
    return card;
  }

  public Digest digest() {
    return digest;
  }

  /// Puts the generator on a device. The thread that does this uses it.
  public Generator load(EngineDevice device) {
    return new ClassDiffusion(card, weights, device);
  }
}
