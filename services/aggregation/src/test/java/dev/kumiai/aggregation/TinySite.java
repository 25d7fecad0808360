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
import dev.kumiai.protocol.signature.SiteKey;
import dev.kumiai.protocol.site.DatasetCounts;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.protocol.task.TaskReport;
import dev.kumiai.protocol.task.TaskSpec;
import dev.kumiai.protocol.task.UpdateMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// A site that speaks the real protocol through the real client; only its training is a
/// [TinyModel].
final class TinySite implements AutoCloseable {

  static final String DATASET = "castings";
  static final List<String> CLASSES = List.of("crack", "pit", "scratch");
  private static final Duration WAIT = Duration.ofSeconds(20);
  private static final int WIDE = 40_000;
  static final Timing TIMING =
      new Timing(
          Duration.ofSeconds(5),
          Duration.ofSeconds(20),
          2,
          new Backoff(Duration.ofMillis(1), Duration.ofMillis(2)));

  private final List<AggregatorClient> aggregators;
  private final List<SiteClient> clients;
  private final AtomicInteger calls = new AtomicInteger();
  private final SiteKey key;
  private final Path folder;
  private final ModelFolder models;
  private final long examples;
  private int features = TinyModel.FEATURES;

  private TinySite(
      List<AggregatorClient> aggregators,
      SiteId site,
      String enrolmentToken,
      SiteKey key,
      Path folder,
      long examples) {
    this.aggregators = aggregators;
    this.key = key;
    this.clients = aggregators.stream().map(one -> one.enrol(site, enrolmentToken, key)).toList();
    this.folder = folder;
    this.models = new ModelFolder(folder.resolve("models"), 4);
    this.examples = examples;
  }

  /// Enrols and announces its samples of each class.
  static TinySite join(URI base, String site, int... perClass) {
    return join(List.of(base), site, perClass);
  }

  /// The same at several replicas, of which each call goes to another.
  static TinySite join(List<URI> bases, String site, int... perClass) {
    DatasetCounts counts = counts(0, perClass);
    TinySite joined =
        new TinySite(
            clients(bases),
            new SiteId(site),
            TemporaryAggregator.ENROLMENT_TOKEN,
            SiteKey.make(),
            folder(site),
            counts.total());
    joined.client().announce(counts);
    return joined;
  }

  /// Another worker of this site, with the site's key and what it trains on, that enrols with
  /// another token.
  TinySite worker(URI base, String enrolmentToken) {
    return new TinySite(
        clients(List.of(base)), id(), enrolmentToken, key, folder(id().value()), examples);
  }

  private static List<AggregatorClient> clients(List<URI> bases) {
    return bases.stream().map(base -> new AggregatorClient(base, TIMING)).toList();
  }

  private static Path folder(String site) {
    try {
      return Files.createTempDirectory("site-" + site);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// With a model of several hundred kilobytes.
  TinySite wide() {
    features = WIDE;
    return this;
  }

  private static DatasetCounts counts(int unreadable, int... perClass) {
    Map<String, Integer> named =
        Map.of(
            CLASSES.get(0), perClass[0], CLASSES.get(1), perClass[1], CLASSES.get(2), perClass[2]);
    return new DatasetCounts(DATASET, named, unreadable);
  }

  /// Announces other counts.
  void announce(int unreadable, int... perClass) {
    client().announce(counts(unreadable, perClass));
  }

  SiteClient client() {
    return clients.get(calls.getAndIncrement() % clients.size());
  }

  SiteId id() {
    return clients.getFirst().site();
  }

  long examples() {
    return examples;
  }

  /// A bearer token of this site, as another worker of it gets one.
  String token() {
    return RawEnrolment.token(id().value(), key);
  }

  SiteKey key() {
    return key;
  }

  /// Forgets the models that it was given.
  void forgetModels() {
    try (Stream<Path> files = Files.list(folder.resolve("models"))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    } catch (NoSuchFileException _) {
      // It was given none yet.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
    return client().claim(Set.of(kinds), wait);
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
        TinyModel.write(file, TinyModel.initial(initialize.seed(), features));
        client().upload(task, file);
      }
      case TaskSpec.Generate generate ->
          client()
              .report(
                  task, new TaskReport.Generated(generate.planDigest(), generate.budget(), false));
      case TaskSpec.Train train -> client().upload(task, update(train));
      case TaskSpec.Evaluate evaluate -> client().report(task, evaluation(evaluate));
    }
  }

  Path update(TaskSpec.Train train) {
    Path file = file("update");
    ModelWeights global = TinyModel.read(client().model(train.global(), models));
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
    ModelWeights global = TinyModel.read(client().model(evaluate.global(), models));
    float bias = global.get("output.bias").toFloats()[0];
    long hits = Math.floorMod(Math.round(bias * 100), 10);
    return new TaskReport.Evaluated(
        30,
        1.25,
        CLASSES.stream().map(label -> new TaskReport.ClassHits(label, 10, hits)).toList());
  }

  @Override
  public void close() {
    aggregators.forEach(AggregatorClient::close);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
