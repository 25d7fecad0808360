package dev.kumiai.worker;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.client.Backoff;
import dev.kumiai.protocol.client.SiteClient;
import dev.kumiai.protocol.signature.SiteKey;
import dev.kumiai.protocol.site.DatasetCounts;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.worker.telemetry.TaskTelemetry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Works for one site until it is closed: enrols as soon as the aggregator is there, tells what the
/// site holds, then claims and does one task after the other. Nothing that goes wrong ends it.
public final class SiteLoop implements AutoCloseable {

  /// What a loop needs besides its site; the loops of a process share it.
  ///
  /// @param claimWait how long a claim may wait at the aggregator. Zero where several sites share
  ///   the device: a site that waits for work would keep the others from theirs
  /// @param idle between claims that found nothing
  /// @param trouble between tries that failed
  /// @param telemetry observes the attempts
  public record Setting(
      AggregatorClient aggregator,
      String enrolmentToken,
      TaskWork work,
      Device device,
      Workplace workplace,
      Duration claimWait,
      Backoff idle,
      Backoff trouble,
      TaskTelemetry telemetry) {

    @Override
    public String toString() {
      return "Setting[claimWait=" + claimWait + "]";
    }
  }

  private static final Logger LOG = Logger.getLogger(SiteLoop.class);
  private static final Duration GRACE = Duration.ofSeconds(8);

  private final SiteId site;
  private final Setting setting;
  private final Thread thread;
  private volatile boolean stopping;
  private volatile boolean enrolled;
  private volatile @Nullable Attempt current;
  private String lastTrouble = "";

  public SiteLoop(SiteId site, Setting setting) {
    this.site = site;
    this.setting = setting;
    this.thread = Thread.ofVirtual().name("site " + site).unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  public SiteId site() {
    return site;
  }

  /// Whether the aggregator knows the site and what it holds.
  public boolean isEnrolled() {
    return enrolled;
  }

  public boolean isAlive() {
    return thread.isAlive();
  }

  private void run() {
    int failures = 0;
    @Nullable List<DatasetCounts> holdings = null;
    while (!stopping) {
      try {
        if (holdings == null) {
          holdings = holdings();
        }
        SiteKey key = setting.workplace().site(site).key();
        SiteClient client = setting.aggregator().enrol(site, setting.enrolmentToken(), key);
        holdings.forEach(client::announce);
        LOG.infof("site=%s: enrolled", site);
        enrolled = true;
        lastTrouble = "";
        failures = 0;
        serve(client);
      } catch (RuntimeException e) {
        pause(++failures, e);
      }
      enrolled = false;
    }
  }

  private List<DatasetCounts> holdings() {
    try (Device.Turn turn = setting.device().take()) {
      return turn.compute(() -> setting.work().holdings(site, setting.workplace().site(site)));
    }
  }

  /// Claims and works until the loop is closed or the aggregator does not know the site any more.
  private void serve(SiteClient client) {
    int failures = 0;
    int idle = 0;
    while (!stopping) {
      try {
        long asked = System.nanoTime();
        if (claimAndWork(client)) {
          idle = 0;
        } else if (System.nanoTime() - asked < setting.claimWait().toNanos() || isShared()) {
          setting.idle().sleep(++idle, ThreadLocalRandom.current());
        }
        failures = 0;
        lastTrouble = "";
      } catch (KumiaiException.Unauthenticated e) {
        throw e;
      } catch (RuntimeException e) {
        pause(++failures, e);
      }
    }
  }

  private boolean isShared() {
    return setting.claimWait().isZero();
  }

  private boolean claimAndWork(SiteClient client) {
    Optional<Attempt> claimed;
    try (Device.Turn turn = setting.device().take()) {
      claimed =
          client.claim(setting.work().kinds(), setting.claimWait()).map(t -> begin(client, t));
      claimed.ifPresent(attempt -> perform(turn, client, attempt));
    } catch (RuntimeException e) {
      end(current);
      throw e;
    }
    // The device is free for another site while the answer is on its way.
    claimed.ifPresent(
        attempt -> {
          try {
            attempt.deliver();
          } finally {
            end(attempt);
          }
        });
    return claimed.isPresent();
  }

  private Attempt begin(SiteClient client, ClaimedTask task) {
    Attempt attempt =
        new Attempt(client, task, setting.workplace().site(site), setting.telemetry().begin(task));
    current = attempt;
    attempt.begin();
    if (stopping) {
      attempt.stop();
    }
    return attempt;
  }

  private void perform(Device.Turn turn, SiteClient client, Attempt attempt) {
    turn.compute(
        () -> {
          attempt.perform(
              task -> {
                Path folder = setting.workplace().open(task.task(), task.attempt());
                return setting
                    .work()
                    .perform(
                        task,
                        new Workbench(
                            setting.workplace().site(site),
                            folder,
                            attempt::progress,
                            digest -> client.model(digest, setting.workplace().models())));
              });
          return attempt;
        });
  }

  private void end(@Nullable Attempt attempt) {
    if (attempt == null) {
      return;
    }
    attempt.close();
    current = null;
    try {
      setting.workplace().close(attempt.task().task(), attempt.task().attempt());
    } catch (IOException e) {
      LOG.warnf("%s: working folder not deleted, %s", attempt, e.getMessage());
    }
  }

  /// Waits before the next try, and tells a trouble once, however often it comes again.
  private void pause(int failures, RuntimeException e) {
    if (e instanceof KumiaiException.Cancelled) {
      Thread.interrupted();
      return;
    }
    if (!(e instanceof KumiaiException expected)) {
      LOG.errorf(e, "site=%s: unexpected error, going on", site);
    } else if (!expected.code().equals(lastTrouble)) {
      lastTrouble = expected.code();
      LOG.warnf("site=%s: %s [%s]; trying again", site, expected.getMessage(), expected.code());
    }
    try {
      setting.trouble().sleep(failures, ThreadLocalRandom.current());
    } catch (KumiaiException.Cancelled _) {
      Thread.interrupted();
    }
  }

  /// Stops claiming, cancels the work and gives its task back to the aggregator, within seconds.
  @Override
  public void close() {
    stopping = true;
    try {
      Attempt attempt = current;
      if (attempt != null) {
        attempt.stop();
      }
    } catch (KumiaiException e) {
      LOG.warnf("site=%s: task not given back, %s; its lease will run out", site, e.getMessage());
    }
    thread.interrupt();
    try {
      if (!thread.join(GRACE)) {
        LOG.warnf("site=%s: still at work after %d s", site, GRACE.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
