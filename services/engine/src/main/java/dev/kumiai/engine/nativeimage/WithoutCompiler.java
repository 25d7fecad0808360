package dev.kumiai.engine.nativeimage;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import java.nio.file.Path;

/// DJL compiles the sources of translators that it finds beside a model. Kumiai loads no model that
/// way, and the Java compiler behind it would be a third of the executable.
@TargetClass(className = "ai.djl.util.ClassLoaderUtils")
final class WithoutCompiler {

  private WithoutCompiler() {}

  @Substitute
  @SuppressWarnings("DoNotCallSuggester") // DJL calls it.
  static void compileJavaClass(Path folder) {
    throw new UnsupportedOperationException("no Java compiler is here for " + folder);
  }
}
