package dev.kumiai.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.run.TrainingSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Strategies that remember something at the sites: a worker that is killed changes nothing.
@Tag("slow")
class SiteMemoryIT {

  private static final int ROUNDS = 6;

  @TempDir private Path folder;

  @Test
  void aRunOfScaffoldEndsTheSameWhenAWorkerIsKilledAsItRemembers() {
    Experiment experiment = Experiment.castings(folder);
    SiteId site = experiment.sites().getFirst();
    List<SiteId> others = experiment.sites().subList(1, experiment.sites().size());
    RunSpec spec = scaffold(experiment);
    try (Aggregator aggregator = Aggregator.start(folder);
        Service staying = Workers.training(aggregator, experiment.root(), folder, others);
        Service killed = Workers.training(aggregator, experiment.root(), folder, List.of(site))) {
      Workers.awaitAnnounced(aggregator, staying, experiment.sites());
      RunView undisturbed = succeeded(aggregator, aggregator.createRun(spec).run());

      RunId run = aggregator.createRun(spec).run();
      Path memory = experiment.root().resolve(site.value()).resolve("memory/" + run);
      // Between what it writes, sends and hears, wherever that hits; not before it has to go on
      // from
      // something.
      killed.await("it remembers a second round", () -> remembered(memory) >= 2);
      killed.kill();
      RunView disturbed;
      try (Service next = Workers.training(aggregator, experiment.root(), folder, List.of(site))) {
        disturbed = succeeded(aggregator, run);
        assertThat(next.process().isAlive()).isTrue();
      }

      assertThat(disturbed.model()).isEqualTo(undisturbed.model());
      assertThat(aggregator.rounds(run)).hasSize(ROUNDS + 1);
      assertThat(remembered(memory)).as("old ones are removed").isLessThanOrEqualTo(4);
    }
  }

  private static RunSpec scaffold(Experiment experiment) {
    RunSpec usual = Specs.of(experiment.data(), experiment.sites(), ROUNDS, null, null);
    return new RunSpec(
        usual.name(),
        usual.seed(),
        usual.data(),
        usual.model(),
        usual.sites(),
        ROUNDS,
        new TrainingSpec(null, 8, 16, 0.05, 0, 5e-4, 0, null, false),
        new StrategySpec(StrategySpec.Name.SCAFFOLD, StrategySpec.Weighting.ALL, Map.of()),
        null,
        usual.round(),
        null,
        null);
  }

  private static RunView succeeded(Aggregator aggregator, RunId run) {
    RunView end = aggregator.awaitEnd(run);
    assertThat(end.phase()).as(end.reason()).isEqualTo(RunPhase.SUCCEEDED);
    return end;
  }

  private static long remembered(Path memory) {
    if (!Files.isDirectory(memory)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(memory)) {
      return files.filter(file -> file.toString().endsWith(".safetensors")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
