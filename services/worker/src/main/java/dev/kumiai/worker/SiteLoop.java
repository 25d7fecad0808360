package dev.kumiai.worker;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.client.Backoff;
import dev.kumiai.protocol.client.SiteClient;
import dev.kumiai.protocol.site.DatasetCounts;
import dev.kumiai.worker.telemetry.TaskTelemetry;
import java.time.Duration;
import java.util.List;
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

    /// What a site holds, as it may be told.
    List<DatasetCounts> holdings(SiteId site) {
      try (Device.Turn turn = device.take()) {
        return turn.compute(() -> work.holdings(site, workplace.site(site)));
      }
    }

    SiteClient enrol(SiteId site) {
      return aggregator.enrol(site, enrolmentToken, workplace.site(site).key());
    }

    @Override
    public String toString() {
      return "Setting[claimWait=" + claimWait + "]";
    }
  }

  private static final Logger LOG = Logger.getLogger(SiteLoop.class);
  static final Duration GRACE = Duration.ofSeconds(8);

  private final SiteId site;
  private final Setting setting;
  private final Thread thread;
  private final SiteWork work;
  private final Trouble trouble;
  private volatile boolean stopping;
  private volatile boolean enrolled;

  public SiteLoop(SiteId site, Setting setting) {
    this.site = site;
    this.setting = setting;
    this.work = new SiteWork(site, setting);
    this.trouble = new Trouble(site, setting.trouble());
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
    @Nullable List<DatasetCounts> holdings = null;
    while (!stopping) {
      try {
        if (holdings == null) {
          holdings = setting.holdings(site);
        }
        SiteClient client = setting.enrol(site);
        holdings.forEach(client::announce);
        LOG.infof("site=%s: enrolled", site);
        enrolled = true;
        trouble.over();
        serve(client);
      } catch (RuntimeException e) {
        trouble.pause(e);
      }
      enrolled = false;
    }
  }

  /// Claims and works until the loop is closed or the aggregator does not know the site any more.
  private void serve(SiteClient client) {
    int idle = 0;
    while (!stopping) {
      try {
        long asked = System.nanoTime();
        if (work.next(client) != SiteWork.Outcome.IDLE) {
          idle = 0;
        } else if (System.nanoTime() - asked < setting.claimWait().toNanos() || isShared()) {
          setting.idle().sleep(++idle, ThreadLocalRandom.current());
        }
        trouble.over();
      } catch (KumiaiException.Unauthenticated e) {
        throw e;
      } catch (RuntimeException e) {
        trouble.pause(e);
      }
    }
  }

  private boolean isShared() {
    return setting.claimWait().isZero();
  }

  /// Stops claiming, cancels the work and gives its task back to the aggregator, within seconds.
  @Override
  public void close() {
    stopping = true;
    work.stop();
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
