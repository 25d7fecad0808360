package dev.kumiai.aggregation;

import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.client.Backoff;
import dev.kumiai.protocol.client.ModelFolder;
import dev.kumiai.protocol.client.SiteClient;
import dev.kumiai.protocol.client.Timing;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.site.DatasetCounts;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.protocol.task.TaskReport;
import dev.kumiai.protocol.task.TaskSpec;
import dev.kumiai.protocol.task.UpdateMetadata;
import io.restassured.RestAssured;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// A site that speaks the real protocol through the real client; only its training is a
/// [TinyModel].
final class TinySite implements AutoCloseable {

  static final String DATASET = "castings";
  static final List<String> CLASSES = List.of("crack", "pit", "scratch");
  private static final Duration WAIT = Duration.ofSeconds(20);

  private final AggregatorClient aggregator;
  private final SiteClient client;
  private final Path folder;
  private final ModelFolder models;
  private final long examples;

  private TinySite(AggregatorClient aggregator, SiteClient client, Path folder, long examples) {
    this.aggregator = aggregator;
    this.client = client;
    this.folder = folder;
    this.models = new ModelFolder(folder.resolve("models"), 4);
    this.examples = examples;
  }

  /// Enrols and announces its samples of each class.
  static TinySite join(URI base, String site, int... perClass) {
    Timing timing =
        new Timing(
            Duration.ofSeconds(5),
            Duration.ofSeconds(20),
            2,
            new Backoff(Duration.ofMillis(1), Duration.ofMillis(2)));
    AggregatorClient aggregator = new AggregatorClient(base, timing);
    SiteClient client = aggregator.enrol(new SiteId(site), TemporaryAggregator.ENROLMENT_TOKEN);
    DatasetCounts counts = counts(0, perClass);
    client.announce(counts);
    try {
      Path folder = Files.createTempDirectory("site-" + site);
      return new TinySite(aggregator, client, folder, counts.total());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DatasetCounts counts(int unreadable, int... perClass) {
    Map<String, Integer> named =
        Map.of(
            CLASSES.get(0), perClass[0], CLASSES.get(1), perClass[1], CLASSES.get(2), perClass[2]);
    return new DatasetCounts(DATASET, named, unreadable);
  }

  /// Announces other counts.
  void announce(int unreadable, int... perClass) {
    client.announce(counts(unreadable, perClass));
  }

  SiteClient client() {
    return client;
  }

  SiteId id() {
    return client.site();
  }

  long examples() {
    return examples;
  }

  /// A bearer token of this site, as another worker of it gets one.
  String token() {
    return RestAssured.given()
        .contentType("application/json")
        .body(Map.of("site", id().value(), "enrolmentToken", TemporaryAggregator.ENROLMENT_TOKEN))
        .post("/api/v1/sites")
        .then()
        .statusCode(201)
        .extract()
        .path("siteToken");
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  /// Claims a task, waiting for it.
  ClaimedTask claim(TaskKind... kinds) {
    return tryClaim(WAIT, kinds)
        .orElseThrow(() -> new AssertionError("no task for " + id() + " of " + List.of(kinds)));
  }

  Optional<ClaimedTask> tryClaim(Duration wait, TaskKind... kinds) {
    return client.claim(Set.of(kinds), wait);
  }

  /// Claims the next task and does it.
  ClaimedTask workOnce(TaskKind... kinds) {
    ClaimedTask task = claim(kinds);
    answer(task);
    return task;
  }

  void answer(ClaimedTask task) {
    switch (task.spec()) {
      case TaskSpec.Initialize initialize -> {
        Path file = file("initial");
        TinyModel.write(file, TinyModel.initial(initialize.seed()));
        client.upload(task, file);
      }
      case TaskSpec.Generate generate ->
          client.report(
              task, new TaskReport.Generated(generate.planDigest(), generate.budget(), false));
      case TaskSpec.Train train -> client.upload(task, update(train));
      case TaskSpec.Evaluate evaluate -> client.report(task, evaluation(evaluate));
    }
  }

  Path update(TaskSpec.Train train) {
    Path file = file("update");
    ModelWeights global = TinyModel.read(client.model(train.global(), models));
    ModelWeights trained = TinyModel.trained(global, train.seed());
    boolean controls = train.strategy().name() == StrategySpec.Name.SCAFFOLD;
    TinyModel.writeUpdate(
        file, controls ? TinyModel.withControls(trained, train.seed()) : trained, metadata(train));
    return file;
  }

  /// What an update of this site tells: its steps are one epoch's, its loss is made up.
  UpdateMetadata metadata(TaskSpec.Train train) {
    long steps = Math.ceilDiv(examples, (long) train.training().batchSize());
    return new UpdateMetadata(examples, 0.5, steps, train.initialLoss() ? 1.0 / examples : null);
  }

  private TaskReport evaluation(TaskSpec.Evaluate evaluate) {
    ModelWeights global = TinyModel.read(client.model(evaluate.global(), models));
    float bias = global.get("output.bias").toFloats()[0];
    long hits = Math.floorMod(Math.round(bias * 100), 10);
    return new TaskReport.Evaluated(
        30,
        1.25,
        CLASSES.stream().map(label -> new TaskReport.ClassHits(label, 10, hits)).toList());
  }

  @Override
  public void close() {
    aggregator.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
