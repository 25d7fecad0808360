package dev.kumiai.aggregation.site;

import dev.kumiai.aggregation.access.Secrets;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.site.DatasetCounts;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/// What sites do besides work: prove who they are, say what they hold.
@ApplicationScoped
public class Sites {

  private static final Logger LOG = Logger.getLogger(Sites.class);

  /// Often enough for a person to see who is there, seldom enough not to write at every heartbeat.
  private static final Duration SEEN_RESOLUTION = Duration.ofSeconds(5);

  private final SiteStore store;
  private final Clock clock;

  Sites(SiteStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /// Whose worker holds this token.
  @Transactional
  public Worker authenticate(String siteToken) {
    Worker worker =
        store
            .byToken(Secrets.hash(siteToken))
            .orElseThrow(
                () ->
                    new KumiaiException.Unauthenticated(
                        "site-token-unknown",
                        "no worker was given this site token here: enrol again"));
    Instant now = clock.instant();
    store.seen(worker.site(), now, now.minus(SEEN_RESOLUTION));
    return worker;
  }

  /// Notes what a site holds of a data set, replacing what it said before.
  @Transactional
  public void announce(SiteId site, DatasetCounts counts) {
    store.lock(site);
    store.announce(site, counts, clock.instant());
    LOG.infof(
        "data set announced site=%s dataset=%s samples=%d unreadable=%d",
        site, counts.dataset(), counts.total(), counts.unreadable());
  }

  @Transactional
  public Optional<Site> find(SiteId site) {
    return store.find(site);
  }

  @Transactional
  public Site get(SiteId site) {
    return store
        .find(site)
        .orElseThrow(
            () ->
                new KumiaiException.NotFound(
                    "site-unknown", "no site '" + site + "' has enrolled here"));
  }

  @Transactional
  public List<Site> all() {
    return store.all();
  }
}
