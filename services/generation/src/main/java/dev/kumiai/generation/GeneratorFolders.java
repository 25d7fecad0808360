package dev.kumiai.generation;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.generator.GeneratorFile;
import dev.kumiai.engine.generator.stable.StableDiffusionBundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Where this worker's generators are.
final class GeneratorFolders {

  private static final int HEX_SHOWN = 12;

  private final List<Path> folders;

  GeneratorFolders(List<Path> folders) {
    this.folders = List.copyOf(folders);
  }

  /// Finds the generator that a run means: a file, or a bundle of `stable-diffusion`.
  ///
  /// @param form what its samples are for
  /// @throws KumiaiException.NotFound `generator-missing`, with what is there instead
  Generators.Found find(Digest digest, ImageForm form) {
    if (folders.isEmpty()) {
      throw new KumiaiException.NotFound(
          "generator-missing",
          "this worker has no folder for generators: set kumiai.generation.generators");
    }
    List<String> others = new ArrayList<>();
    for (Path path : generators()) {
      Optional<Digest> found = digest(path);
      if (found.isPresent() && found.get().equals(digest)) {
        return open(path, digest, form);
      }
      others.add(describe(path));
    }
    throw new KumiaiException.NotFound(
        "generator-missing",
        "no generator here has the digest %s: put its file into the generator folder; there %s"
            .formatted(
                digest, others.isEmpty() ? "is nothing yet" : "are " + String.join(", ", others)));
  }

  private static Generators.Found open(Path path, Digest digest, ImageForm form) {
    if (StableDiffusionBundle.isBundle(path)) {
      StableDiffusionBundle bundle = StableDiffusionBundle.open(path, digest);
      return device -> bundle.load(device.get(), form);
    }
    GeneratorFile file = GeneratorFile.open(path, digest);
    return device -> file.load(device.get());
  }

  /// What was cut off or damaged on its way has the right name and another digest, so names help to
  /// find it.
  private static String describe(Path path) {
    String name = path.getFileName().toString();
    try {
      Digest digest =
          StableDiffusionBundle.isBundle(path)
              ? StableDiffusionBundle.open(path).digest()
              : GeneratorFile.open(path).digest();
      return "%s (sha256:%s...)".formatted(name, digest.hex().substring(0, HEX_SHOWN));
    } catch (KumiaiException e) {
      return "%s (unusable: %s)".formatted(name, e.code());
    }
  }

  private List<Path> generators() {
    List<Path> files = new ArrayList<>();
    for (Path folder : folders) {
      if (!Files.isDirectory(folder)) {
        continue;
      }
      try (Stream<Path> children = Files.list(folder)) {
        files.addAll(
            children
                .filter(path -> isGeneratorFile(path) || StableDiffusionBundle.isBundle(path))
                .sorted()
                .toList());
      } catch (IOException e) {
        throw new UncheckedIOException("cannot list " + folder, e);
      }
    }
    return files;
  }

  private static boolean isGeneratorFile(Path path) {
    return path.toString().endsWith(GeneratorFile.EXTENSION) && Files.isRegularFile(path);
  }

  /// Nothing for a zip that is no bundle.
  private static Optional<Digest> digest(Path path) {
    try {
      return Optional.of(
          StableDiffusionBundle.isBundle(path)
              ? StableDiffusionBundle.digest(path)
              : Digest.of(path));
    } catch (KumiaiException.Invalid _) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path, e);
    }
  }
}
