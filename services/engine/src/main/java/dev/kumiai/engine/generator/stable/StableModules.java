package dev.kumiai.engine.generator.stable;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.engine.EngineDevice;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The TorchScript modules of a bundle on a device.
final class StableModules implements AutoCloseable {

  /// The modules and what they take and give, all but tokens in float32.
  enum Part {
    /// Tokens `[samples, tokens]` to `[samples, tokens, width]`.
    TEXT_ENCODER("text_encoder.pt"),
    /// Latents, timesteps `[samples]` and texts `[samples, tokens, width]` to a prediction.
    UNET("unet.pt"),
    /// Pixels from -1 to 1 to mean and log variance of the latents, one behind the other.
    VAE_ENCODER("vae_encoder.pt"),
    /// Latents to pixels.
    VAE_DECODER("vae_decoder.pt");

    private final String file;

    Part(String file) {
      this.file = file;
    }

    String file() {
      return file;
    }
  }

  private final EngineDevice device;
  private final NDManager owner;
  private final Map<Part, PtSymbolBlock> blocks = new EnumMap<>(Part.class);

  private StableModules(EngineDevice device) {
    this.device = device;
    this.owner = device.newScope();
  }

  /// Loads the modules that stand in a folder.
  ///
  /// @throws KumiaiException.Invalid `generator-module-unreadable`
  static StableModules load(Path folder, EngineDevice device) {
    StableModules modules = new StableModules(device);
    try {
      for (Part part : Part.values()) {
        modules.blocks.put(part, modules.block(folder.resolve(part.file())));
      }
      return modules;
    } catch (EngineException e) {
      modules.close();
      throw new KumiaiException.Invalid(
          "generator-module-unreadable",
          "libtorch %s cannot load a module: %s"
              .formatted(Engine.getInstance().getVersion(), reason(e)),
          e);
    }
  }

  private PtSymbolBlock block(Path file) {
    String[] none = {};
    return JniUtils.loadModule((PtNDManager) owner, file, true, none, none, false);
  }

  /// A scope for the arrays of some calls.
  NDManager newScope() {
    return device.newScope();
  }

  boolean onGpu() {
    return device.isGpu();
  }

  /// Calls a module; the result belongs to the scope of the first input.
  ///
  /// @throws KumiaiException.Unavailable `generator-module-failed`
  NDArray run(Part part, NDArray... inputs) {
    PtSymbolBlock block = blocks.get(part);
    if (block == null) {
      throw new IllegalStateException("the modules are closed");
    }
    try {
      return IValueUtils.forward(block, new NDList(inputs), false).singletonOrThrow();
    } catch (EngineException e) {
      throw new KumiaiException.Unavailable(
          "generator-module-failed",
          "the generator's module %s failed on %s: %s"
              .formatted(part.file(), device.device(), reason(e)),
          e);
    }
  }

  /// Libtorch tells what went wrong last, below the code of the module.
  private static String reason(Exception e) {
    List<String> lines =
        String.valueOf(e.getMessage()).lines().filter(line -> !line.isBlank()).toList();
    return lines.stream()
        .filter(line -> line.startsWith("RuntimeError"))
        .reduce((_, last) -> last)
        .orElse(lines.isEmpty() ? "libtorch does not say why" : lines.getFirst());
  }

  @Override
  public void close() {
    blocks.clear();
    owner.close();
  }
}
