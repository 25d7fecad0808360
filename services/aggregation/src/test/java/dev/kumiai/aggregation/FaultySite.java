package dev.kumiai.aggregation;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.protocol.error.Problem;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.protocol.task.TaskSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A site on which nobody can rely: it works, but now and then it drops out with a task, answers
/// twice at once, answers long after it lost its lease, or sends nonsense. It keeps a record of
/// what the aggregator acknowledged.
final class FaultySite implements AutoCloseable {

  /// What becomes of a claimed task.
  enum Fate {
    /// Nobody hears of it again.
    DROPOUT(0.30),
    /// The same answer twice at the same time.
    DUPLICATE(0.10),
    /// The answer comes after the next task was claimed, in another order.
    LATE(0.10),
    /// An upload that is no update comes first.
    NONSENSE(0.05),
    /// The worker gives the task back.
    GIVEN_BACK(0.05);

    private final double probability;

    Fate(double probability) {
      this.probability = probability;
    }
  }

  /// An update that the aggregator acknowledged.
  record Acknowledged(RunId run, int round) {}

  private static final Duration WAIT = Duration.ofSeconds(1);

  private final TinySite site;
  private final SplittableRandom random;
  private final Thread thread;
  private final Queue<Runnable> late = new ArrayDeque<>();
  private final Set<Acknowledged> acknowledged = ConcurrentHashMap.newKeySet();
  private final Map<Acknowledged, ModelWeights> sent = new ConcurrentHashMap<>();
  private final Map<Fate, Long> happened = new ConcurrentHashMap<>();
  private int files;
  private volatile boolean stopping;

  FaultySite(TinySite site, long seed) {
    this.site = site;
    this.random = new SplittableRandom(seed);
    this.thread = Thread.ofVirtual().name("faulty " + site.id()).start(this::work);
  }

  TinySite site() {
    return site;
  }

  Set<Acknowledged> acknowledged() {
    return acknowledged;
  }

  /// What it sent as its update of that round: the same in every attempt.
  ModelWeights sent(RunId run, int round) {
    return Objects.requireNonNull(sent.get(new Acknowledged(run, round)));
  }

  long happened(Fate fate) {
    return happened.getOrDefault(fate, 0L);
  }

  private void work() {
    while (!stopping) {
      try {
        site.tryClaim(WAIT, TaskKind.INITIALIZE, TaskKind.TRAIN, TaskKind.EVALUATE)
            .ifPresent(this::meet);
      } catch (KumiaiException e) {
        // The network; it asks again.
      }
    }
  }

  private void meet(ClaimedTask task) {
    Runnable answer = answer(task);
    Runnable waiting = late.poll();
    switch (fate()) {
      case DROPOUT -> {}
      case DUPLICATE -> {
        Thread other = Thread.startVirtualThread(() -> tolerate(answer));
        tolerate(answer);
        join(other);
      }
      case LATE -> late.add(answer);
      case NONSENSE -> {
        tolerate(() -> site.client().upload(task, nonsense()));
        tolerate(answer);
      }
      case GIVEN_BACK -> tolerate(() -> site.client().fail(task, givenBack()));
      case null -> tolerate(answer);
    }
    if (waiting != null) {
      tolerate(waiting);
    }
  }

  private @Nullable Fate fate() {
    double drawn = random.nextDouble();
    for (Fate fate : Fate.values()) {
      if (drawn < fate.probability) {
        happened.merge(fate, 1L, Long::sum);
        return fate;
      }
      drawn -= fate.probability;
    }
    return null;
  }

  private Runnable answer(ClaimedTask task) {
    if (!(task.spec() instanceof TaskSpec.Train train)) {
      return () -> site.answer(task);
    }
    Acknowledged update = new Acknowledged(task.run(), task.round());
    return () -> {
      Path file = update(train);
      sent.put(update, TinyModel.read(file));
      site.client().upload(task, file);
      acknowledged.add(update);
    };
  }

  /// The next update is written to the same file, so this one gets a file of its own.
  private synchronized Path update(TaskSpec.Train train) {
    try {
      return Files.copy(site.update(train), site.file("update-" + files++));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path nonsense() {
    try {
      byte[] bytes = new byte[random.nextInt(1, 400)];
      random.nextBytes(bytes);
      return Files.write(site.file("nonsense"), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Problem givenBack() {
    return new Problem(
        Problem.TYPE_PREFIX + "worker-stopping", "stopping", 503, "it stops", List.of());
  }

  /// What the network or the aggregator refuse is part of the game.
  private static void tolerate(Runnable step) {
    try {
      step.run();
    } catch (KumiaiException e) {
      // Whoever is refused or cut off drops the work or claims again.
    }
  }

  private static void join(Thread other) {
    try {
      other.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stopping = true;
    join(thread);
    site.close();
  }
}
