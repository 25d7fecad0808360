package dev.kumiai.generation;

import dev.kumiai.core.Digest;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.worker.generated.StoredSet;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `generated regenerate`.
@Command(
    name = "regenerate",
    mixinStandardHelpOptions = true,
    description = {
      "Makes others in the place of the samples that were rejected, with the next indices, by the plan",
      "of the set. Interrupted, the same command goes on where it stopped."
    })
public final class RegenerateCommand extends GeneratedCommand.OfOneSet {

  @Option(
      names = "--generators",
      split = ",",
      paramLabel = "DIR,...",
      defaultValue = "generators",
      description = "Folders with generator files (default: ${DEFAULT-VALUE}).")
  private List<Path> generators = List.of();

  @Option(
      names = "--threads",
      defaultValue = "1",
      description = "Threads on a CPU (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Override
  void work(Digest plan) throws IOException {
    EngineDevice device =
        EngineDevice.detect(
            TrainGeneratorCommand.requirePositive("--threads", threads),
            EngineDevice.Precision.FLOAT32);
    StoredSet set = sets().finished(plan);
    SetMaking making =
        new SetMaking(
            new Generators(new GeneratorFolders(generators)),
            SiteJudge.measuring(SetQuality.find(set.folder()).isPresent()),
            () -> device,
            GenerationConfig.DEFAULT_DISK_RESERVE_BYTES,
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
}
