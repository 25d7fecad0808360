package dev.kumiai.aggregation.site;

import dev.kumiai.aggregation.access.Actors;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.signature.SitePublicKey;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/// The keys with which sites sign their results.
@ApplicationScoped
public class SiteKeys {

  private static final Logger LOG = Logger.getLogger(SiteKeys.class);
  private static final String UNKNOWN = "site-key-unknown";

  private final Sites sites;
  private final SiteStore siteStore;
  private final EnrolmentStore enrolments;
  private final Actors actors;
  private final Clock clock;

  SiteKeys(
      Sites sites, SiteStore siteStore, EnrolmentStore enrolments, Actors actors, Clock clock) {
    this.sites = sites;
    this.siteStore = siteStore;
    this.enrolments = enrolments;
    this.actors = actors;
    this.clock = clock;
  }

  /// A key that counts at present.
  ///
  /// @throws KumiaiException.Forbidden `site-key-unknown`, `site-key-revoked`
  @Transactional
  public SitePublicKey get(SiteId site, String id) {
    EnrolledKey key =
        find(site, id).orElseThrow(() -> new KumiaiException.Forbidden(UNKNOWN, unknown(site, id)));
    if (key.isRevoked()) {
      throw revoked(site);
    }
    return key.key();
  }

  private Optional<EnrolledKey> find(SiteId site, String id) {
    return enrolments.key(id).filter(known -> known.site().equals(site));
  }

  private static String unknown(SiteId site, String id) {
    return "site '%s' has enrolled no key %s".formatted(site, id);
  }

  static KumiaiException revoked(SiteId site) {
    return new KumiaiException.Forbidden(
        "site-key-revoked",
        "the key of site '%s' was revoked: delete its file 'site-key' and let an administrator invite it"
            .formatted(site));
  }

  @Transactional
  public List<EnrolledKey> all(SiteId site) {
    sites.get(site);
    return enrolments.keys(site);
  }

  /// Takes all keys of a site back, and the tokens of its workers.
  @Transactional
  public List<EnrolledKey> revoke(SiteId site) {
    sites.get(site);
    siteStore.lock(site);
    Instant now = clock.instant();
    enrolments.keys(site).forEach(key -> enrolments.save(key.revoke(now)));
    LOG.warnf("site revoked site=%s by=%s", site, actors.current().name());
    return enrolments.keys(site);
  }

  /// Takes one key of a site back, and the tokens of the workers that enrolled with it.
  @Transactional
  public List<EnrolledKey> revoke(SiteId site, String id) {
    siteStore.lock(site);
    EnrolledKey key =
        find(site, id).orElseThrow(() -> new KumiaiException.NotFound(UNKNOWN, unknown(site, id)));
    enrolments.save(key.revoke(clock.instant()));
    LOG.warnf("site key revoked site=%s key=%s by=%s", site, id, actors.current().name());
    return enrolments.keys(site);
  }
}
