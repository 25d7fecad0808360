package dev.kumiai.engine;

import dev.kumiai.core.KumiaiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where a native executable finds the libraries that it computes with: `lib` beside it, or the
/// folder that `kumiai.native-libraries` or `KUMIAI_NATIVE_LIBRARIES` names. They are too large to
/// be a part of it, and unpacking them would cost half a gigabyte of disk at every start in a
/// container.
///
/// `lib/torch` has libtorch and DJL's half of it, unless `PYTORCH_LIBRARY_PATH` names another
/// folder with both, as for CUDA; `lib` has OpenCV and what finds GPUs. On a JVM there is no such
/// folder: the libraries come from their jars.
public final class NativeLibraries {

  static final String PROPERTY = "kumiai.native-libraries";
  static final String VARIABLE = "KUMIAI_NATIVE_LIBRARIES";

  /// DJL loads every library that it finds below its folder, so nothing else may stand there.
  static final String TORCH = "torch";

  private static final String PYTORCH = "PYTORCH_LIBRARY_PATH";

  private NativeLibraries() {}

  /// A library of the folder; empty on a JVM.
  ///
  /// @param name without `lib` and `.so`
  /// @throws KumiaiException.NotFound `native-libraries-missing`
  public static Optional<Path> find(String name) {
    return isNative()
        ? Optional.of(require(folder(), System.mapLibraryName(name)))
        : Optional.empty();
  }

  /// Tells DJL where libtorch stands; nothing to tell on a JVM.
  ///
  /// @throws KumiaiException.NotFound `native-libraries-missing`
  static void announceTorch() {
    if (isNative()) {
      Path folder = folder();
      Path torch = named(PYTORCH, PYTORCH).orElseGet(() -> folder.resolve(TORCH));
      require(torch, System.mapLibraryName("torch"));
      require(torch, System.mapLibraryName("djl_torch"));
      System.setProperty(PYTORCH, torch.toString());
      // Otherwise it is looked for in the executable, to be unpacked.
      System.setProperty("jna.boot.library.path", folder.toString());
    }
  }

  /// What GraalVM's `ImageInfo` asks, which is not on the class path of a JVM.
  private static boolean isNative() {
    return "runtime".equals(System.getProperty("org.graalvm.nativeimage.imagecode"));
  }

  private static Path folder() {
    return named(PROPERTY, VARIABLE).orElseGet(NativeLibraries::besideExecutable);
  }

  private static Optional<Path> named(String property, String variable) {
    return Optional.ofNullable(firstOf(System.getProperty(property), System.getenv(variable)))
        .map(name -> Path.of(name).toAbsolutePath());
  }

  private static @Nullable String firstOf(@Nullable String one, @Nullable String other) {
    return one == null || one.isBlank() ? (other == null || other.isBlank() ? null : other) : one;
  }

  private static Path besideExecutable() {
    try {
      Path executable = Path.of("/proc/self/exe").toRealPath();
      return Objects.requireNonNull(executable.getParent()).resolve("lib");
    } catch (IOException e) {
      throw new KumiaiException.Unavailable(
          "native-libraries-missing",
          "cannot tell where this executable stands (%s): name the folder of its libraries with %s"
              .formatted(e.getMessage(), VARIABLE),
          e);
    }
  }

  static Path require(Path folder, String file) {
    Path library = folder.resolve(file);
    if (!Files.isRegularFile(library)) {
      throw new KumiaiException.NotFound(
          "native-libraries-missing",
          "there is no %s: copy the folder lib that was built with this executable, or name it with %s"
              .formatted(library, VARIABLE));
    }
    return library;
  }
}
