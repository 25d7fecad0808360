package dev.kumiai.worker;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.client.Backoff;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;

/// Tries of a site that fail in a row: a trouble is told once, however often it comes again, and
/// every try waits longer. For one thread.
final class Trouble {

  private static final Logger LOG = Logger.getLogger(Trouble.class);

  private final SiteId site;
  private final Backoff backoff;
  private int failures;
  private String last = "";

  Trouble(SiteId site, Backoff backoff) {
    this.site = site;
    this.backoff = backoff;
  }

  /// A try succeeded.
  void over() {
    failures = 0;
    last = "";
  }

  /// Waits before the next try.
  void pause(RuntimeException e) {
    failures++;
    if (e instanceof KumiaiException.Cancelled) {
      Thread.interrupted();
      return;
    }
    if (!(e instanceof KumiaiException expected)) {
      LOG.errorf(e, "site=%s: unexpected error, going on", site);
    } else if (!expected.code().equals(last)) {
      last = expected.code();
      LOG.warnf("site=%s: %s [%s]; trying again", site, expected.getMessage(), expected.code());
    }
    try {
      backoff.sleep(failures, ThreadLocalRandom.current());
    } catch (KumiaiException.Cancelled _) {
      Thread.interrupted();
    }
  }
}
