package dev.kumiai.generation;

import dev.kumiai.core.Digest;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.generation.prompt.LlmConfig;
import dev.kumiai.generation.remote.RemoteConfig;
import dev.kumiai.worker.generated.StoredSet;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `generated regenerate`.
@Command(
    name = "regenerate",
    mixinStandardHelpOptions = true,
    description = {
      "Makes others in the place of the samples that were rejected, with the next indices, by the plan",
      "of the set. Interrupted, the same command goes on where it stopped. Services are those of the",
      "configuration, which is read as the site's worker reads its own: from the environment, and from",
      "config/application.properties in the folder where it is started."
    })
public final class RegenerateCommand extends GeneratedCommand.OfOneSet {

  @Option(
      names = "--generators",
      split = ",",
      paramLabel = "DIR,...",
      description =
          "Folders with generator files (default: kumiai.generation.generators, or else generators).")
  private @Nullable List<Path> generators;

  @Option(
      names = "--threads",
      defaultValue = "1",
      description = "Threads on a CPU (default: ${DEFAULT-VALUE}).")
  private int threads;

  private final GenerationConfig config;
  private final Generators.Services services;

  /// @param config as of the site's worker, and so are the others
  RegenerateCommand(GenerationConfig config, RemoteConfig remote, LlmConfig llm) {
    this.config = config;
    this.services = Generators.Services.of(remote, llm, Clock.systemUTC());
  }

  @Override
  void work(Digest plan) throws IOException {
    EngineDevice device =
        EngineDevice.detect(
            TrainGeneratorCommand.requirePositive("--threads", threads), config.precision());
    StoredSet set = sets().finished(plan);
    SetMaking making =
        new SetMaking(
            new Generators(new GeneratorFolders(folders()), services),
            SiteJudge.measuring(SetQuality.find(set.folder()).isPresent()),
            () -> device,
            config.diskReserve().asLongValue(),
            Clock.systemUTC());
    try (Interruption interruption = new Interruption();
        ProgressLine line = ProgressLine.onTerminal(err())) {
      StoredSet after =
          making.regenerate(
              set,
              sets().site(),
              (fraction, stage) -> {
                line.report(fraction, stage);
                interruption.check();
              });
      int missing = after.report().classes().values().stream().mapToInt(of -> of.missing()).sum();
      print(
          List.of(
              "%d samples%s"
                  .formatted(
                      after.report().counts().values().stream().mapToInt(n -> n).sum(),
                      missing == 0 ? "" : ", " + missing + " fewer than the plan wants")));
    }
  }

  private List<Path> folders() {
    return generators == null
        ? config.generators().orElse(List.of(Path.of("generators")))
        : generators;
  }
}
