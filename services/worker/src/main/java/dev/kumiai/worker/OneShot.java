package dev.kumiai.worker;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.client.SiteClient;
import dev.kumiai.protocol.site.DatasetCounts;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Does one thing for one site and ends. It waits for an aggregator that is away, and takes no for
/// an answer. What went wrong is in the log.
public final class OneShot implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(OneShot.class);

  private final SiteId site;
  private final SiteLoop.Setting setting;
  private final SiteWork work;
  private final Trouble trouble;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean stopping;
  private volatile @Nullable Thread thread;

  public OneShot(SiteId site, SiteLoop.Setting setting) {
    this.site = site;
    this.setting = setting;
    this.work = new SiteWork(site, setting);
    this.trouble = new Trouble(site, setting.trouble());
  }

  /// Claims one task, waiting until it may have it, does it and answers; announces nothing.
  ///
  /// @return whether the aggregator took the answer
  public boolean doTask() {
    return done(
        () -> {
          SiteClient client = patiently(() -> setting.enrol(site));
          LOG.infof("site=%s: enrolled for one task", site);
          SiteWork.Outcome outcome;
          do {
            outcome = patiently(() -> work.next(client));
          } while (outcome == SiteWork.Outcome.IDLE);
          return outcome == SiteWork.Outcome.ANSWERED;
        });
  }

  /// Tells the aggregator what the site holds.
  ///
  /// @return whether it knows now
  public boolean announce() {
    return done(
        () -> {
          List<DatasetCounts> holdings = setting.holdings(site);
          SiteClient client = patiently(() -> setting.enrol(site));
          holdings.forEach(counts -> patiently(() -> announced(client, counts)));
          LOG.infof("site=%s: announced %d data sets", site, holdings.size());
          return true;
        });
  }

  private static DatasetCounts announced(SiteClient client, DatasetCounts counts) {
    client.announce(counts);
    return counts;
  }

  private boolean done(BooleanSupplier deed) {
    thread = Thread.currentThread();
    try {
      return deed.getAsBoolean();
    } catch (KumiaiException.Cancelled e) {
      LOG.infof("site=%s: %s", site, e.getMessage());
    } catch (KumiaiException e) {
      LOG.errorf("site=%s: %s [%s]", site, e.getMessage(), e.code());
    } catch (RuntimeException e) {
      LOG.errorf(e, "site=%s: unexpected error", site);
    } finally {
      thread = null;
      ended.countDown();
    }
    return false;
  }

  /// Tries until the aggregator is there. A task that was begun is nobody's to begin again here:
  /// its lease runs out, and there will be another attempt.
  private <T> T patiently(Supplier<T> deed) {
    while (!stopping) {
      try {
        T result = deed.get();
        trouble.over();
        return result;
      } catch (KumiaiException.Unavailable e) {
        if (work.hasBegun()) {
          throw e;
        }
        trouble.pause(e);
      }
    }
    throw new KumiaiException.Cancelled("the worker is being stopped");
  }

  /// Breaks it off from another thread, and gives its task back to the aggregator, within seconds.
  @Override
  public void close() {
    stopping = true;
    work.stop();
    Thread working = thread;
    if (working == null) {
      return;
    }
    working.interrupt();
    try {
      if (!ended.await(SiteLoop.GRACE.toSeconds(), TimeUnit.SECONDS)) {
        LOG.warnf("site=%s: still at work after %d s", site, SiteLoop.GRACE.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
