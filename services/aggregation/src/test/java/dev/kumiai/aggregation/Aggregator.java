package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.aggregation.config.StorageConfig;
import dev.kumiai.aggregation.round.RunEngine;
import dev.kumiai.aggregation.run.Run;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.client.Credential;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.TaskView;
import io.restassured.RestAssured;
import jakarta.enterprise.context.Dependent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The aggregator under test as its user, its sites and its clock see it.
@Dependent
class Aggregator {

  private static final AtomicInteger NAMES = new AtomicInteger();
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long POLL_NANOS = 5_000_000;

  private final MovableClock clock;
  private final RunEngine engine;
  private final StorageConfig storage;
  private @Nullable AggregatorClient client;
  private final List<TinySite> sites = new ArrayList<>();
  private final List<RunId> runs = new ArrayList<>();

  Aggregator(MovableClock clock, RunEngine engine, StorageConfig storage) {
    this.clock = clock;
    this.engine = engine;
    this.storage = storage;
  }

  static URI address() {
    return URI.create("http://localhost:" + RestAssured.port);
  }

  /// The port is known when the first test starts, not before.
  AggregatorClient client() {
    if (client == null) {
      client = new AggregatorClient(address(), Credential.of(TemporaryAggregator.API_KEY));
    }
    return client;
  }

  /// A site that no other test knows, with so many samples of each class.
  TinySite site(String name, int... perClass) {
    TinySite site = TinySite.join(address(), name + "-" + NAMES.incrementAndGet(), perClass);
    sites.add(site);
    return site;
  }

  /// One more worker of a site, which shows that enrolment token.
  TinySite worker(TinySite site, String enrolmentToken) {
    TinySite worker = site.worker(address(), enrolmentToken);
    sites.add(worker);
    return worker;
  }

  RunId start(TinySpec spec) {
    return start(spec.build());
  }

  RunId start(RunSpec spec) {
    RunId run = client().createRun(spec).run();
    runs.add(run);
    return run;
  }

  /// Has a run that was started in another way end with the test.
  Run started(Run run) {
    runs.add(run.id());
    return run;
  }

  /// Starts a run and has its first weights made by the first of its sites.
  RunId startInitialized(TinySpec spec, TinySite initializer) {
    RunId run = start(spec);
    initializer.workOnce(TaskKind.INITIALIZE);
    return run;
  }

  RunView view(RunId run) {
    return client().run(run);
  }

  RunView awaitEnd(RunId run) {
    return await(run, view -> view.phase().isTerminal());
  }

  /// Asks until the run is as wanted.
  RunView await(RunId run, Predicate<RunView> wanted) {
    return await(() -> view(run), wanted);
  }

  TaskView awaitTask(RunId run, int round, TaskKind kind, TinySite site, TaskView.State state) {
    return await(() -> task(run, round, kind, site), task -> task.state() == state);
  }

  static <T> T await(Supplier<T> ask, Predicate<T> wanted) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    T answer = ask.get();
    while (!wanted.test(answer)) {
      if (System.nanoTime() > end) {
        throw new AssertionError("still " + answer);
      }
      LockSupport.parkNanos(POLL_NANOS);
      answer = ask.get();
    }
    return answer;
  }

  /// The same, of an aggregator that may be away meanwhile.
  static <T> T awaitAnswer(Supplier<T> ask, Predicate<T> wanted) {
    return await(
            () -> {
              try {
                return Optional.of(ask.get());
              } catch (KumiaiException.Unavailable _) {
                return Optional.<T>empty();
              }
            },
            answer -> answer.filter(wanted).isPresent())
        .orElseThrow();
  }

  /// The task of a site in a round, as the API shows it.
  TaskView task(RunId run, int round, TaskKind kind, TinySite site) {
    return client().rounds(run).stream()
        .filter(view -> view.round() == round)
        .flatMap(view -> view.tasks().stream())
        .filter(task -> task.kind() == kind && task.site().equals(site.id()))
        .findFirst()
        .orElseThrow();
  }

  /// Lets time pass, and what it brings about happen.
  void pass(Duration time) {
    clock.pass(time);
    engine.tick();
  }

  boolean keeps(Digest digest) {
    return Files.exists(fileOf(digest));
  }

  /// Where a file is kept.
  Path fileOf(Digest digest) {
    return storage
        .data()
        .resolve("artifacts")
        .resolve(digest.hex().substring(0, 2))
        .resolve(digest.hex());
  }

  /// What uploads left half-done.
  List<Path> temporaryFiles() {
    return temporaryFilesIn(storage.data());
  }

  static List<Path> temporaryFilesIn(Path data) {
    try (Stream<Path> files = Files.walk(data.resolve("temporary"))) {
      return files
          .filter(file -> !file.endsWith("lock") && !file.endsWith("alive"))
          .filter(Files::isRegularFile)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// There may be some while a model is being aggregated.
  void awaitNoTemporaryFiles() {
    assertThat(await(this::temporaryFiles, List::isEmpty)).isEmpty();
  }

  /// What a test left open would fail loudly when another one lets time pass.
  private void cancel(RunId run) {
    try {
      client().cancel(run);
    } catch (KumiaiException.Conflict e) {
      assertThat(e.code()).isEqualTo("run-over");
    }
  }

  /// A test did something to the database that its run's ledger tells.
  void leftTamperedWith(RunId run) {
    runs.remove(run);
  }

  /// Whatever a test did through the aggregator, the ledger tells of it: files that it removed
  /// excepted.
  private void verifyLedger(RunId run) {
    assertThat(client().verifyLedger(run).findings())
        .filteredOn(finding -> !finding.code().startsWith("artifact-"))
        .isEmpty();
  }

  void close() {
    runs.forEach(this::verifyLedger);
    runs.forEach(this::cancel);
    sites.forEach(TinySite::close);
    if (client != null) {
      client.close();
    }
  }
}
