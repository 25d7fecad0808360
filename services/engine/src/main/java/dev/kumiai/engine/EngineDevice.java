package dev.kumiai.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import org.jspecify.annotations.Nullable;

/// Where tensors live and how they are computed on: the first GPU when libtorch finds one, else the
/// CPU. What runs on it is the same code.
///
/// Libtorch computes one operation on `threads` CPU threads. The sums of a convolution are split by
/// thread, so results are bit for bit the same only for the same number of threads: it is a
/// setting, 1 by default, and not what the machine happens to have.
public final class EngineDevice {

  /// What a network computes in. Weights, losses and updates are float32 always.
  public enum Precision {
    FLOAT32,
    /// Half the memory and a multiple of the speed on GPUs from Ampere on.
    BFLOAT16
  }

  private static @Nullable Engine loaded;

  private final Engine engine;
  private final Device device;
  private final int threads;
  private final Precision precision;

  private EngineDevice(Device device, int threads, Precision precision) {
    if (threads < 1) {
      throw new IllegalArgumentException("libtorch computes on at least 1 thread, not " + threads);
    }
    this.engine = engine();
    this.device = device;
    this.threads = threads;
    this.precision = precision;
  }

  /// The best device of this machine.
  ///
  /// @param threads CPU threads that one operation is split over
  /// @param onGpu how a GPU computes; a CPU computes in float32
  /// @throws dev.kumiai.core.KumiaiException.NotFound `native-libraries-missing`
  public static EngineDevice detect(int threads, Precision onGpu) {
    Device device = engine().defaultDevice();
    return new EngineDevice(device, threads, device.isGpu() ? onGpu : Precision.FLOAT32);
  }

  /// The CPU, whether there is a GPU or not, computing in float32.
  ///
  /// @throws dev.kumiai.core.KumiaiException.NotFound `native-libraries-missing`
  public static EngineDevice cpu(int threads) {
    return of(Device.cpu(), threads, Precision.FLOAT32);
  }

  /// Exactly this device.
  ///
  /// @throws dev.kumiai.core.KumiaiException.NotFound `native-libraries-missing`
  public static EngineDevice of(Device device, int threads, Precision precision) {
    return new EngineDevice(device, threads, precision);
  }

  /// Opens a scope of arrays on this device and makes the calling thread compute on [#threads]
  /// threads. Closing it frees every array that is still attached to it; an array that nobody
  /// closes stays allocated until the process ends. Gradients are off until somebody turns them on:
  /// libtorch has that per thread, and DJL turns them off on the thread that loads it alone.
  public NDManager newScope() {
    JniUtils.setNumThreads(threads);
    JniUtils.setGradMode(false);
    return engine.newBaseManager(device);
  }

  public Device device() {
    return device;
  }

  public int threads() {
    return threads;
  }

  public boolean isGpu() {
    return device.isGpu();
  }

  public Precision precision() {
    return precision;
  }

  /// Loaded with the first device: what a static initialiser cannot find is told in no sentence,
  /// and native executables run those when they are built.
  private static synchronized Engine engine() {
    Engine known = loaded;
    if (known == null) {
      known = loadEngine();
      loaded = known;
    }
    return known;
  }

  /// Without these settings DJL may look for files on the web and tells its authors that it was
  /// started.
  private static Engine loadEngine() {
    NativeLibraries.announceTorch();
    setUnlessSet("ai.djl.offline", "true");
    setUnlessSet("OPT_OUT_TRACKING", "true");
    return Engine.getEngine("PyTorch");
  }

  private static void setUnlessSet(String key, String value) {
    if (System.getProperty(key) == null) {
      System.setProperty(key, value);
    }
  }
}
