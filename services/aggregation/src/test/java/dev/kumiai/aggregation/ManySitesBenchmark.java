package dev.kumiai.aggregation;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.core.tensor.DType;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.SafetensorsWriter;
import dev.kumiai.core.tensor.Shape;
import dev.kumiai.core.tensor.TensorSpec;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.client.Credential;
import dev.kumiai.protocol.client.ModelFolder;
import dev.kumiai.protocol.client.SiteClient;
import dev.kumiai.protocol.run.DataSpec;
import dev.kumiai.protocol.run.ModelSpec;
import dev.kumiai.protocol.run.RoundSpec;
import dev.kumiai.protocol.run.RoundView;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.run.TaskView;
import dev.kumiai.protocol.run.TrainingSpec;
import dev.kumiai.protocol.signature.SiteKey;
import dev.kumiai.protocol.site.DatasetCounts;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.protocol.task.TaskSpec;
import dev.kumiai.protocol.task.UpdateMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Plays many sites against a packaged aggregator, through the protocol's real client: each enrols,
/// announces data, waits for a task in a long poll, downloads the global model, uploads an update.
/// Training is an addition. Tells the time of each round, how many updates were acknowledged and
/// how many of them did not count, whether the model is the mean of all updates, and the
/// aggregator's memory.
///
/// Arguments: `[sites 1000] [bytes of the model 100K] [rounds 1] [heap of the aggregator 256m]
/// [h2|postgresql]`.
final class ManySitesBenchmark {

  private static final String TOKEN = "token-of-the-benchmark";
  private static final String KEY = "api-key-of-the-benchmark";
  private static final String DATASET = "played";
  private static final List<String> CLASSES = List.of("bad", "ok");
  private static final int EXAMPLES = 10;
  private static final int SECONDS = 3_600;
  private static final int AGAIN_MILLIS = 500;
  private static final int FLOATS = 1 << 16;
  private static final int CHECKED = 1_000;
  private static final double MB = 1e6;
  private static final double NANOS = 1e9;

  /// Training, unlike waiting, takes a processor; more at once would only measure this process.
  private static final Semaphore TRAINING = new Semaphore(4);

  private final int sites;
  private final long elements;
  private final int rounds;
  private final Path folder;
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();

  private ManySitesBenchmark(int sites, long bytes, int rounds, Path folder) {
    this.sites = sites;
    this.elements = bytes / Float.BYTES / CLASSES.size() * CLASSES.size();
    this.rounds = rounds;
    this.folder = folder;
  }

  public static void main(String[] args) throws Exception {
    int sites = Integer.parseInt(argument(args, 0, "1000"));
    long bytes = bytes(argument(args, 1, "100K"));
    int rounds = Integer.parseInt(argument(args, 2, "1"));
    String heap = argument(args, 3, "256m");
    String database = argument(args, 4, "h2");
    Path folder = Files.createTempDirectory("many-sites");
    Map<String, String> config = new HashMap<>();
    config.put("kumiai.aggregator.data", folder.resolve("aggregator").toString());
    config.put("kumiai.enrolment-token", TOKEN);
    config.put("kumiai.api-key", KEY);
    try (PostgresServer postgres = database.equals("h2") ? null : PostgresServer.start()) {
      if (postgres != null) {
        config.putAll(postgres.profile());
      }
      try (MeasuredAggregator aggregator = MeasuredAggregator.start(folder, heap, config)) {
        System.out.printf(
            "%d sites x %,d bytes, %d rounds, on %s, aggregator with -Xmx%s%n",
            sites, bytes, rounds, database, heap);
        new ManySitesBenchmark(sites, bytes, rounds, folder).run(aggregator, bytes);
      }
    } finally {
      delete(folder);
    }
    System.exit(0); // polls that wait for nothing are not waited for
  }

  private static String argument(String[] args, int index, String otherwise) {
    return args.length > index ? args[index] : otherwise;
  }

  private static long bytes(String text) {
    long unit =
        switch (text.charAt(text.length() - 1)) {
          case 'K' -> 1_000;
          case 'M' -> 1_000_000;
          case 'G' -> 1_000_000_000;
          default -> 0;
        };
    return unit == 0
        ? Long.parseLong(text)
        : unit * Long.parseLong(text.substring(0, text.length() - 1));
  }

  private void run(MeasuredAggregator aggregator, long bytes) throws Exception {
    try (AggregatorClient client = new AggregatorClient(aggregator.address(), Credential.of(KEY));
        ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
      Digest initial = client.uploadModel(initial());
      long start = System.nanoTime();
      List<SiteClient> joined = join(client, workers);
      System.out.printf("enrolled and announced in %.1f s%n", seconds(start));
      long idle = aggregator.peak("RssAnon");
      RunId run = client.createRun(spec(joined, initial)).run();
      BlockingQueue<Optional<Exception>> ended = new LinkedBlockingQueue<>();
      for (int i = 0; i < sites; i++) {
        int site = i;
        workers.execute(() -> ended.add(tryToWork(run, joined.get(site), site)));
      }
      for (int i = 0; i < sites; i++) {
        Optional<Exception> failure = ended.take();
        if (failure.isPresent()) {
          throw failure.get();
        }
      }
      RunView end = awaitEnd(client, run);
      report(client, end, initial);
      System.out.printf(
          "memory: anonymous %.0f MB at the peak (%.0f MB before the run, %.2f x the model), mapped files %.0f MB, both together at most %.0f MB%n",
          aggregator.peak("RssAnon") / MB,
          idle / MB,
          (double) aggregator.peak("RssAnon") / bytes,
          aggregator.peak("RssFile") / MB,
          aggregator.peak("VmHWM") / MB);
      workers.shutdownNow();
    }
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / NANOS;
  }

  private List<SiteClient> join(AggregatorClient client, ExecutorService workers) throws Exception {
    List<Future<SiteClient>> joining = new ArrayList<>();
    for (int i = 0; i < sites; i++) {
      SiteId site = new SiteId("site-%05d".formatted(i));
      joining.add(
          workers.submit(
              () -> {
                SiteClient joined = client.enrol(site, TOKEN, SiteKey.make());
                joined.announce(
                    new DatasetCounts(DATASET, Map.of("bad", EXAMPLES / 2, "ok", EXAMPLES / 2), 0));
                return joined;
              }));
    }
    List<SiteClient> joined = new ArrayList<>();
    for (Future<SiteClient> site : joining) {
      joined.add(site.get());
    }
    return joined;
  }

  private RunSpec spec(List<SiteClient> joined, Digest initial) {
    return new RunSpec(
        "many sites",
        1,
        new DataSpec(DATASET, CLASSES, 32, 1, 0.05),
        new ModelSpec(ModelSpec.Architecture.TORCHSCRIPT, Digest.of(new byte[] {1}), initial),
        joined.stream().map(SiteClient::site).toList(),
        rounds,
        TrainingSpec.DEFAULT,
        StrategySpec.DEFAULT,
        null,
        new RoundSpec(1, SECONDS, 3, SECONDS, null), // workers here tell no progress
        null,
        null);
  }

  private Path initial() throws IOException {
    Path file = folder.resolve("initial.safetensors");
    SplittableRandom random = new SplittableRandom(1);
    float[] block = new float[FLOATS];
    TensorSpec tensor =
        new TensorSpec("weight", DType.F32, Shape.of(CLASSES.size(), elements / CLASSES.size()));
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, List.of(tensor), Map.of())) {
      for (long at = 0; at < elements; at += FLOATS) {
        int count = (int) Math.min(FLOATS, elements - at);
        for (int i = 0; i < count; i++) {
          block[i] = (float) random.nextDouble(-1, 1);
        }
        writer.writeFloats(DType.F32, block, 0, count);
      }
      writer.finish();
    }
    return file;
  }

  /// @return what ended the work before it was done
  private Optional<Exception> tryToWork(RunId run, SiteClient site, int number) {
    try {
      work(run, site, number);
      return Optional.empty();
    } catch (IOException | InterruptedException | RuntimeException e) {
      return Optional.of(e);
    }
  }

  /// A worker of one site, until it has answered all rounds.
  private void work(RunId run, SiteClient site, int number)
      throws IOException, InterruptedException {
    ModelFolder models = new ModelFolder(folder.resolve(site.site().value()), 1);
    for (int round = 1; round <= rounds; round++) {
      ClaimedTask task = null;
      while (task == null) {
        task =
            persist(() -> site.claim(Set.of(TaskKind.TRAIN), Duration.ofSeconds(20)).orElse(null));
      }
      if (!task.run().equals(run) || !(task.spec() instanceof TaskSpec.Train train)) {
        throw new IllegalStateException("unexpected " + task);
      }
      Path global = Objects.requireNonNull(persist(() -> site.model(train.global(), models)));
      Path update = folder.resolve("update-" + number);
      TRAINING.acquire();
      try {
        train(global, update, change(number));
      } finally {
        TRAINING.release();
      }
      Files.delete(global);
      ClaimedTask claimed = task;
      persist(
          () -> {
            site.upload(claimed, update);
            return null;
          });
      acknowledged.incrementAndGet();
      Files.delete(update);
    }
  }

  /// Asks again as a worker does, when the client has given up.
  private <T> @Nullable T persist(Supplier<@Nullable T> call) throws InterruptedException {
    while (true) {
      try {
        return call.get();
      } catch (KumiaiException.Unavailable e) {
        refused.incrementAndGet();
        Thread.sleep(AGAIN_MILLIS);
      }
    }
  }

  /// What a site adds to every weight in a round: of another size at each site.
  private static double change(int site) {
    return 1.0 + site;
  }

  private static void train(Path global, Path update, double change) throws IOException {
    UpdateMetadata metadata = new UpdateMetadata(EXAMPLES, 0.5, 1L, null);
    float[] block = new float[FLOATS];
    try (SafetensorsFile from = SafetensorsFile.open(global);
        SafetensorsWriter to = SafetensorsWriter.create(update, from.specs(), metadata.toMap())) {
      long elements = from.specs().getFirst().elements();
      for (long at = 0; at < elements; at += FLOATS) {
        int count = (int) Math.min(FLOATS, elements - at);
        from.readFloats(0, at, block, 0, count);
        for (int i = 0; i < count; i++) {
          block[i] += (float) change;
        }
        to.writeFloats(DType.F32, block, 0, count);
      }
      to.finish();
    }
  }

  private static RunView awaitEnd(AggregatorClient client, RunId run) throws InterruptedException {
    RunView view = client.run(run);
    while (!view.phase().isTerminal()) {
      Thread.sleep(50);
      view = client.run(run);
    }
    if (view.phase() != RunPhase.SUCCEEDED) {
      throw new IllegalStateException("the run ended otherwise: " + view.reason());
    }
    return view;
  }

  private void report(AggregatorClient client, RunView end, Digest initial) throws IOException {
    long counted = 0;
    for (RoundView round : client.rounds(end.run())) {
      if (round.round() > 0) {
        counted += round.tasks().stream().filter(ManySitesBenchmark::counts).count();
        System.out.printf(
            "round %d: %.2f s from the first hand-out to the new model, of it %.2f s after the last update%n",
            round.round(),
            between(round.started(), Objects.requireNonNull(round.finished())),
            between(lastUpdate(round), round.finished()));
      }
    }
    System.out.printf(
        "updates: %d acknowledged, %d counted, %d lost, calls given up and made again %d; the model is off the mean of all by at most %.1e%n",
        acknowledged.get(),
        counted,
        acknowledged.get() - counted,
        refused.get(),
        error(client, initial, Objects.requireNonNull(end.model())));
  }

  private static boolean counts(TaskView task) {
    return task.kind() == TaskKind.TRAIN && task.state() == TaskView.State.SUCCEEDED;
  }

  private static Instant lastUpdate(RoundView round) {
    return round.tasks().stream()
        .map(TaskView::finished)
        .filter(Objects::nonNull)
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  private static double between(Instant from, Instant to) {
    return Duration.between(from, to).toNanos() / NANOS;
  }

  /// The largest difference between the first weights of the result and what they have to be.
  private double error(AggregatorClient client, Digest initial, Digest last) throws IOException {
    double mean = 0;
    for (int site = 0; site < sites; site++) {
      mean += change(site) / sites;
    }
    float[] before = head(client, initial);
    float[] after = head(client, last);
    double error = 0;
    for (int i = 0; i < before.length; i++) {
      error = Math.max(error, Math.abs(after[i] - (before[i] + rounds * mean)));
    }
    return error;
  }

  private float[] head(AggregatorClient client, Digest model) throws IOException {
    Path file = folder.resolve(model.hex());
    client.downloadModel(model, file);
    try (SafetensorsFile weights = SafetensorsFile.open(file)) {
      float[] values = new float[(int) Math.min(CHECKED, elements)];
      weights.readFloats(0, 0, values, 0, values.length);
      return values;
    } finally {
      Files.delete(file);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
