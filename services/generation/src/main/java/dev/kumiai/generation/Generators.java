package dev.kumiai.generation;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.generator.Generator;
import dev.kumiai.engine.generator.GeneratorFile;
import dev.kumiai.protocol.run.GeneratorRef;
import dev.kumiai.protocol.task.TaskSpec;

/// The generator that a run means.
final class Generators {

  private final GeneratorFolders folders;

  Generators(GeneratorFolders folders) {
    this.folders = folders;
  }

  /// A generator that is there, before it takes memory.
  interface Found {
    /// Puts it on a device. The thread that does this uses it.
    Generator load(EngineDevice device);
  }

  /// Finds what a task generates with.
  ///
  /// @throws KumiaiException.NotFound `generator-missing`
  Found find(TaskSpec.Generate task) {
    return switch (task.generation().generator()) {
      case GeneratorRef.File file -> {
        GeneratorFile opened = folders.find(file.digest());
        yield opened::load;
      }
      case GeneratorRef.Classical ref -> throw unsupported(ref);
      case GeneratorRef.Public ref -> throw unsupported(ref);
      case GeneratorRef.Remote ref -> throw unsupported(ref);
    };
  }

  private static KumiaiException unsupported(GeneratorRef ref) {
    return new KumiaiException.Invalid(
        "generator-unsupported",
        "this worker cannot generate with %s: name a generator file".formatted(ref));
  }
}
