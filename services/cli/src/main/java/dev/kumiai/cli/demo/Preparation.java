package dev.kumiai.cli.demo;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.kumiai.cli.process.Installation;
import dev.kumiai.cli.process.Installation.Service;
import dev.kumiai.cli.process.RunningServices;
import dev.kumiai.cli.run.Words;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.protocol.run.GeneratorRef;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What has to be there before the services start: the sites' data and a generator.
///
/// Both are made by the packaged services' own verbs, and found again where they are there already.
/// A generator takes minutes, so it is kept by the content it was trained on.
public final class Preparation {

  private static final String GENERATOR_FILE = "generator.safetensors";

  private final Material material;
  private final Installation installation;
  private final Verbs verbs;
  private final Steps steps;
  private final Path work;

  /// Makes nothing yet.
  ///
  /// @param work folder for a copy of the generator
  public Preparation(
      Material material,
      Installation installation,
      RunningServices services,
      Steps steps,
      Path work) {
    this.material = material;
    this.installation = installation;
    this.verbs = new Verbs(services, steps);
    this.steps = steps;
    this.work = work;
  }

  /// Cuts the data set into sites, a test set and a public share, which have no image in common.
  ///
  /// @param folder what is made
  /// @param more options of `partition`
  public Experiment partition(Path folder, long seed, List<String> more) throws IOException {
    List<String> arguments = new ArrayList<>();
    add(arguments, "--data", material.data());
    add(arguments, "--test", material.test());
    add(arguments, "--partition", material.partition());
    add(arguments, "--sites", material.sites());
    add(arguments, "--public", material.publicImages());
    add(arguments, "--limit", material.limit());
    Form form = form();
    add(arguments, "--image-size", form.size());
    add(arguments, "--channels", form.channels());
    add(arguments, "--seed", seed);
    add(arguments, "--out", folder);
    arguments.addAll(more);
    verbs.run(Service.LOCAL_TRAINING, "partition", arguments, "Cutting the data into sites");
    Experiment experiment = Experiment.read(folder);
    steps.done(
        "%d images of %d classes at %s"
            .formatted(
                experiment.total(),
                experiment.text().classes().size(),
                Words.count(experiment.sites().size(), "site")),
        "measured on %d others".formatted(experiment.text().evaluator().total()));
    return experiment;
  }

  /// Height, width and channels of images; what is null is left to the data.
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Form(@Nullable Integer size, @Nullable Integer channels) {}

  /// What was chosen; else what the generator makes, as the card beside it tells. The baseline
  /// takes the same, so that both arms see the same images.
  private Form form() throws IOException {
    Path generator = readyGenerator();
    Path card =
        generator == null ? null : generator.resolveSibling(generator.getFileName() + ".json");
    Form made =
        card != null && Files.isRegularFile(card)
            ? KumiaiJson.mapper().readValue(card.toFile(), Form.class)
            : new Form(null, null);
    return new Form(
        material.imageSize() == null ? made.size() : material.imageSize(),
        material.channels() == null ? made.channels() : material.channels());
  }

  /// The file that was chosen or that comes with the data; null where one is trained.
  private @Nullable Path readyGenerator() {
    if (material.generator() != null) {
      return material.generator();
    }
    return material.isCastings() ? installation.shippedGenerator() : null;
  }

  /// What the sites generate with.
  ///
  /// @param folder with the generator's file, if it is one
  public record Ready(GeneratorRef ref, Path folder) {}

  /// Makes ready what was named, or the file of a generator for this experiment.
  ///
  /// @param named a generator that is no file
  public Ready ready(Optional<GeneratorRef> named, Experiment experiment) throws IOException {
    if (named.isPresent()) {
      return new Ready(named.get(), Files.createDirectories(work.resolve("generators")));
    }
    Path file = generator(experiment);
    return new Ready(
        new GeneratorRef.File(Digest.of(file)), Objects.requireNonNull(file.getParent()));
  }

  /// The file of a generator for this experiment, in a folder of its own.
  private Path generator(Experiment experiment) throws IOException {
    Path ready = readyGenerator();
    if (ready != null) {
      return place(ready);
    }
    Path kept =
        installation
            .work()
            .resolve("generators")
            .resolve(key(experiment).hex())
            .resolve(GENERATOR_FILE);
    if (Files.isRegularFile(kept)) {
      steps.done("Generator of an earlier time", "made from the same public share");
    } else {
      train(experiment, kept);
    }
    return kept;
  }

  private Path place(Path generator) throws IOException {
    if (!Files.isRegularFile(generator)) {
      throw new KumiaiException.NotFound(
          "generator-missing", "there is no generator file " + generator);
    }
    Path folder = Files.createDirectories(work.resolve("generators"));
    Path file = folder.resolve(GENERATOR_FILE);
    Files.copy(generator, file, StandardCopyOption.REPLACE_EXISTING);
    return file;
  }

  private void train(Experiment experiment, Path file) throws IOException {
    Files.createDirectories(file.getParent());
    List<String> arguments = new ArrayList<>();
    add(arguments, "--data", experiment.publicShare());
    add(arguments, "--image-size", experiment.text().imageSize());
    add(arguments, "--channels", experiment.text().channels());
    add(arguments, "--minutes", material.generatorMinutes());
    add(arguments, "--seed", material.generatorSeed());
    add(arguments, "--out", file);
    verbs.run(
        Service.GENERATION,
        "train-generator",
        arguments,
        "Training a generator on the public share, once");
  }

  /// Names a generator by all that it follows from: the public images and how it is trained.
  private Digest key(Experiment experiment) throws IOException {
    MessageDigest running = Digest.sha256();
    try (Stream<Path> files = Files.walk(experiment.publicShare())) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        running.update(
            "%s %s%n"
                .formatted(experiment.publicShare().relativize(file), Digest.of(file))
                .getBytes(StandardCharsets.UTF_8));
      }
    }
    running.update(
        "%d %d %s %d"
            .formatted(
                experiment.text().imageSize(),
                experiment.text().channels(),
                material.generatorMinutes(),
                material.generatorSeed())
            .getBytes(StandardCharsets.UTF_8));
    return Digest.of(running);
  }

  private static void add(List<String> arguments, String option, @Nullable Object value) {
    if (value != null) {
      arguments.add(option);
      arguments.add(Objects.toString(value));
    }
  }
}
