package dev.kumiai.generation;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.prompt.PromptCatalogue;
import dev.kumiai.core.prompt.Prompts;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.ImageSets;
import dev.kumiai.engine.generator.Generator;
import dev.kumiai.engine.generator.classical.ClassicalAugmentation;
import dev.kumiai.engine.generator.classical.PublicImages;
import dev.kumiai.generation.prompt.LlmConfig;
import dev.kumiai.generation.prompt.SceneWriters;
import dev.kumiai.generation.remote.RemoteConfig;
import dev.kumiai.generation.remote.RemoteServices;
import dev.kumiai.protocol.run.GeneratorRef;
import dev.kumiai.protocol.run.PromptSpec;
import dev.kumiai.protocol.task.TaskSpec;
import dev.kumiai.worker.SiteFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The generator that a run means, and what it is told.
final class Generators {

  /// What somebody else's computers do for a site.
  record Services(RemoteServices images, SceneWriters scenes) {

    /// Those that the configuration names. None is contacted before it is wanted.
    static Services of(RemoteConfig remote, LlmConfig llm, Clock clock) {
      return new Services(new RemoteServices(remote, clock), new SceneWriters(llm, clock));
    }
  }

  private final GeneratorFolders folders;
  private final Services services;

  Generators(GeneratorFolders folders, Services services) {
    this.folders = folders;
    this.services = services;
  }

  /// A generator that is there, before it takes memory.
  interface Found {
    /// Makes it ready, on a device if it computes on one. The thread that does this uses it.
    Generator load(Supplier<EngineDevice> device);
  }

  /// Finds what a task generates with.
  ///
  /// @throws KumiaiException.NotFound `generator-missing`, `public-images-missing` or
  ///   `remote-unknown`
  /// @throws KumiaiException.Forbidden `remote-forbidden` by the site's policy
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
      case GeneratorRef.Remote remote -> {
        Generator opened = services.images().open(remote.name(), site, form);
        yield _ -> opened;
      }
    };
  }

  /// What the public images of a site are at this moment, of the classes of a task; nothing for
  /// other generators, and where the site has none.
  static Optional<Digest> publicImages(TaskSpec.Generate task, SiteFolder site) {
    if (!(task.generation().generator() instanceof GeneratorRef.Public(String name))) {
      return Optional.empty();
    }
    Path folder = site.publicImages(name);
    return Files.isDirectory(folder)
        ? Optional.of(ImageSets.digest(folder, SetBudget.of(task).keySet()))
        : Optional.empty();
  }

  /// What the generator is told about each sample; null where it is the class alone.
  ///
  /// @param classes that samples are made of: only for them a language model is asked
  /// @throws KumiaiException.NotFound `llm-unknown`
  /// @throws KumiaiException.Forbidden `llm-forbidden` by the site's policy
  /// @throws KumiaiException.Unavailable `llm-unavailable`
  @Nullable Prompts prompts(
      TaskSpec.Generate task, Collection<String> classes, SiteFolder site, Progress progress) {
    PromptSpec spec = task.generation().prompts();
    if (spec == null) {
      return null;
    }
    PromptCatalogue catalogue = spec.catalogue();
    Map<String, List<String>> scenes =
        switch (catalogue.mode()) {
          case SINGLE, MULTIPLE -> Map.of();
          case LLM -> {
            String model = Objects.requireNonNullElse(spec.model(), PromptSpec.DEFAULT_MODEL);
            int count = Objects.requireNonNullElse(spec.scenes(), PromptSpec.DEFAULT_SCENES);
            yield services
                .scenes()
                .write(
                    new SceneWriters.Wish(catalogue, model, count, task.seed()),
                    classes,
                    site,
                    progress);
          }
        };
    return new Prompts(catalogue, task.seed(), scenes);
  }
}
