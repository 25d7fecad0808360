package dev.kumiai.engine.model;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import ai.djl.util.Pair;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.TensorSpec;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.EngineDevice.Precision;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.nn.Weights;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/// A network from a TorchScript file. It computes in float32 on every device: its code may depend
/// on it.
final class ScriptNetwork extends Network {

  /// An attribute as TorchScript declares it; without statistics its type is NoneType.
  private static final Pattern RUNNING_STATISTICS =
      Pattern.compile("^ +running_(mean|var) : Tensor$", Pattern.MULTILINE);

  private final Path file;
  private final ModelWeights weightsInFile;

  ScriptNetwork(Path file, ImageForm form, int classes) {
    super(form, classes);
    this.file = file;
    refuseRunningStatistics(file);
    try (NDManager scope = EngineDevice.cpu(1).newScope()) {
      PtSymbolBlock block = load(scope);
      requireLogits(block, scope);
      weightsInFile = Weights.copyOf(arrays(block));
    }
  }

  @Override
  public List<TensorSpec> specs() {
    return weightsInFile.specs();
  }

  @Override
  public ModelWeights initialWeights(long seed) {
    return weightsInFile;
  }

  @Override
  LoadedClassifier load(EngineDevice device, NDManager scope, ModelWeights weights) {
    PtSymbolBlock block = load(scope);
    SequencedMap<String, NDArray> arrays = arrays(block);
    Weights.copy(weights, arrays);
    return new LoadedClassifier(block, arrays, Precision.FLOAT32);
  }

  private PtSymbolBlock load(NDManager scope) {
    if (!Files.isReadable(file)) {
      throw unreadable("there is no such file, or it must not be read", null);
    }
    try {
      String[] none = {};
      PtSymbolBlock block = JniUtils.loadModule((PtNDManager) scope, file, true, none, none, true);
      // DJL loads it in evaluation mode and believes that it is in training mode.
      JniUtils.enableTrainingMode(block);
      return block;
    } catch (EngineException e) {
      throw unreadable("libtorch cannot load it; save it with torch.jit.script(module).save()", e);
    }
  }

  private static SequencedMap<String, NDArray> arrays(PtSymbolBlock block) {
    SequencedMap<String, NDArray> arrays = new LinkedHashMap<>();
    for (Pair<String, Parameter> parameter : block.getDirectParameters()) {
      arrays.put(parameter.getKey(), parameter.getValue().getArray());
    }
    return arrays;
  }

  /// A module without parameters, of another input or with another output is found here and not in
  /// the first round.
  private void requireLogits(PtSymbolBlock block, NDManager scope) {
    if (arrays(block).isEmpty()) {
      throw doesNotFit("it has no parameters to train");
    }
    arrays(block)
        .forEach(
            (name, array) -> {
              if (array.getDataType() != DataType.FLOAT32) {
                throw doesNotFit("its parameter '" + name + "' is not float32");
              }
            });
    NDArray images = scope.zeros(new Shape(2, form().channels(), form().size(), form().size()));
    Shape output;
    try {
      output =
          block
              .forward(new ParameterStore(scope, false), new NDList(images), false)
              .singletonOrThrow()
              .getShape();
    } catch (EngineException | IndexOutOfBoundsException | IllegalStateException e) {
      throw doesNotFit("it fails on images " + images.getShape() + ": " + firstLine(e));
    }
    if (!output.equals(new Shape(2, classes()))) {
      throw doesNotFit(
          "it makes %s of images %s, not one score for each of %d classes"
              .formatted(output, images.getShape(), classes()));
    }
  }

  /// Statistics that batch normalisation keeps while it trains are buffers, which are neither
  /// averaged nor sent, so every site and the evaluator would compute with others.
  private void refuseRunningStatistics(Path file) {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (Enumeration<? extends ZipEntry> e = zip.entries(); e.hasMoreElements(); ) {
        ZipEntry entry = e.nextElement();
        if (entry.getName().endsWith(".py") && keepsStatistics(zip, entry)) {
          throw new KumiaiException.Invalid(
              "torchscript-keeps-statistics",
              "the TorchScript file %s has batch normalisation with running statistics, which sites cannot average: use"
                      .formatted(file.getFileName())
                  + " GroupNorm, or track_running_stats=False");
        }
      }
    } catch (IOException e) {
      throw unreadable("it is no TorchScript archive", e);
    }
  }

  private static boolean keepsStatistics(ZipFile zip, ZipEntry code) throws IOException {
    try (var stream = zip.getInputStream(code)) {
      String source = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      return RUNNING_STATISTICS.matcher(source).find();
    }
  }

  private KumiaiException unreadable(String why, @Nullable Throwable cause) {
    String message =
        "the TorchScript file %s cannot be read: %s".formatted(file.getFileName(), why);
    return cause == null
        ? new KumiaiException.Invalid("torchscript-unreadable", message)
        : new KumiaiException.Invalid("torchscript-unreadable", message, cause);
  }

  private KumiaiException doesNotFit(String why) {
    return new KumiaiException.Invalid(
        "torchscript-does-not-fit",
        "the TorchScript file %s is no network for this run: %s"
            .formatted(file.getFileName(), why));
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
