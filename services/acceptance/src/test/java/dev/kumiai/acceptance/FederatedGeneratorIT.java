package dev.kumiai.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kumiai.core.Digest;
import dev.kumiai.protocol.run.GenerationSpec;
import dev.kumiai.protocol.run.GeneratorRef;
import dev.kumiai.protocol.run.ModelSpec;
import dev.kumiai.protocol.run.ModelSpec.Architecture;
import dev.kumiai.protocol.run.RoundSpec;
import dev.kumiai.protocol.run.RoundView;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.run.TrainingSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two sites train a generator together, and then another run has them generate with it. What it
/// makes after so few steps is noise; that it can learn is told by the engine's tests.
@Tag("slow")
class FederatedGeneratorIT {

  private static final Duration SOON = Duration.ofMinutes(2);
  private static final int ROUNDS = 2;
  private static final int BUDGET = 16;

  @TempDir private Path folder;

  private static RunSpec training(Experiment experiment) {
    return new RunSpec(
        "generator",
        7,
        experiment.data(),
        new ModelSpec(Architecture.CLASS_DIFFUSION, null, null),
        experiment.sites(),
        ROUNDS,
        new TrainingSpec(null, 3, 8, 0.002, 0.9, 0, 0, null, false),
        StrategySpec.DEFAULT,
        null,
        new RoundSpec(1.0, 600, 5, 5, null),
        null,
        null);
  }

  private String kumiai(Aggregator aggregator, String... arguments) {
    Map<String, String> environment =
        Map.of(
            "KUMIAI_SKIP_BUILD",
            "1",
            "KUMIAI_API_KEY_FILE",
            aggregator.apiKeyFile().toString(),
            "JAVA_HOME",
            System.getProperty("java.home"));
    List<String> command =
        Stream.concat(
                Stream.of("bash", Checkout.ROOT.resolve("kumiai").toString()), Stream.of(arguments))
            .toList();
    try (Service service = Service.start("kumiai", folder, environment, command)) {
      int status = service.awaitExit(SOON);
      assertThat(status).as(service.said()).isZero();
      return service.said();
    }
  }

  @Test
  void whatSitesTrainedTogetherGeneratesAtThem() throws Exception {
    Experiment experiment = Experiment.castings(folder);
    Path generators = Files.createDirectory(folder.resolve("generators"));
    Path file = generators.resolve("together.safetensors");
    try (Aggregator aggregator = Aggregator.start(folder);
        Service training =
            Workers.training(aggregator, experiment.root(), folder, experiment.sites());
        Service generation =
            Workers.generation(
                aggregator, experiment.root(), folder, experiment.sites(), generators)) {
      assertThat(generation.said()).doesNotContain("ERROR");
      Workers.awaitAnnounced(aggregator, training, experiment.sites());

      // When a run trains a generator, and its model is exported
      RunView trained = aggregator.awaitEnd(aggregator.createRun(training(experiment)).run());
      assertThat(trained.phase()).as(trained.reason()).isEqualTo(RunPhase.SUCCEEDED);
      String said =
          kumiai(
              aggregator,
              "generator",
              "export",
              trained.run().value(),
              "--out",
              file.toString(),
              "--server",
              aggregator.address().toString());

      // Then the card tells what it was trained on, and each round has a model of its own
      assertThat(said).contains(Digest.of(file).toString());
      JsonNode card = new ObjectMapper().readTree(folder.resolve(file + ".json").toFile());
      assertThat(card.get("classes")).hasSize(experiment.data().classes().size());
      assertThat(card.get("steps").asInt()).isEqualTo(ROUNDS * 3);
      assertThat(card.get("images").asInt()).isEqualTo(64);
      assertThat(card.get("trainedOn").asText()).contains("2 sites", trained.run().value());
      assertThat(aggregator.rounds(trained.run()))
          .extracting(RoundView::model)
          .doesNotHaveDuplicates();

      // And sites generate with it
      GenerationSpec budget =
          GenerationSpec.ofTotal(new GeneratorRef.File(Digest.of(file)), BUDGET).withSampling(2, 2);
      RunView generated =
          aggregator.awaitEnd(
              aggregator
                  .createRun(Specs.of(experiment.data(), experiment.sites(), 1, budget, null))
                  .run());
      assertThat(generated.phase()).as(generated.reason()).isEqualTo(RunPhase.SUCCEEDED);
    }
  }
}
