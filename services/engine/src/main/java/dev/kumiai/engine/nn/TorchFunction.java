package dev.kumiai.engine.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/// A function of libtorch that DJL does not reach, called through a TorchScript module without
/// state. It runs on any device, and gradients pass through it. Loaded once, it lives as long as
/// the process.
public final class TorchFunction {

  private final PtSymbolBlock module;

  private TorchFunction(PtSymbolBlock module) {
    this.module = module;
  }

  /// Loads `name.pt` beside this class, made by `src/main/torchscript/functions.py`.
  public static TorchFunction load(String name) {
    try (InputStream resource = TorchFunction.class.getResourceAsStream(name + ".pt")) {
      byte[] bytes = Objects.requireNonNull(resource, name).readAllBytes();
      PtNDManager forever = (PtNDManager) NDManager.newBaseManager(Device.cpu(), "PyTorch");
      return new TorchFunction(
          JniUtils.loadModule(forever, new ByteArrayInputStream(bytes), false, false));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The result, which belongs to the scope of the first argument.
  public NDArray apply(NDArray... arguments) {
    return IValueUtils.forward(module, new NDList(arguments), true).singletonOrThrow();
  }
}
