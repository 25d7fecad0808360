package dev.kumiai.generation;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.generator.Generator;
import dev.kumiai.engine.generator.classical.ClassicalAugmentation;
import dev.kumiai.engine.generator.classical.PublicImages;
import dev.kumiai.protocol.run.GeneratorRef;
import dev.kumiai.protocol.task.TaskSpec;
import dev.kumiai.worker.SiteFolder;
import java.util.function.Supplier;

/// The generator that a run means.
final class Generators {

  private final GeneratorFolders folders;

  Generators(GeneratorFolders folders) {
    this.folders = folders;
  }

  /// A generator that is there, before it takes memory.
  interface Found {
    /// Makes it ready, on a device if it computes on one. The thread that does this uses it.
    Generator load(Supplier<EngineDevice> device);
  }

  /// Finds what a task generates with.
  ///
  /// @throws KumiaiException.NotFound `generator-missing` or `public-images-missing`
  Found find(TaskSpec.Generate task, SiteFolder site) {
    ImageForm form = new ImageForm(task.data().imageSize(), task.data().channels());
    return switch (task.generation().generator()) {
      case GeneratorRef.File file -> folders.find(file.digest(), form);
      case GeneratorRef.Classical _ -> _ -> new ClassicalAugmentation(form);
      case GeneratorRef.Public images -> {
        PublicImages opened =
            PublicImages.open(images.name(), site.publicImages(images.name()), form);
        yield _ -> opened;
      }
      case GeneratorRef.Remote remote ->
          throw new KumiaiException.Invalid(
              "generator-unsupported",
              "this worker cannot generate with %s: name another generator".formatted(remote));
    };
  }
}
