package dev.kumiai.aggregation.site;

import dev.kumiai.core.Digest;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.site.DatasetCounts;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Keeps sites. Every call belongs to a transaction of the caller.
public interface SiteStore {

  /// Makes the site known unless it is.
  void enrol(SiteId site, Instant now);

  /// Lets nobody else enrol or revoke keys of the site, or say what it holds, until the transaction
  /// ends.
  void lock(SiteId site);

  /// Keeps a token.
  ///
  /// @param key id of the key with which the worker enrolled that gets the token
  void addToken(Worker worker, String key, Digest tokenHash, Instant now);

  Optional<Worker> byToken(Digest tokenHash);

  /// Notes that a worker of the site asked for something; writes only when the last note is older
  /// than `since`.
  void seen(SiteId site, Instant now, Instant since);

  void announce(SiteId site, DatasetCounts counts, Instant now);

  Optional<Site> find(SiteId site);

  /// Those of `sites` that are enrolled, in canonical order.
  List<Site> find(Collection<SiteId> sites);

  /// In canonical order.
  List<Site> all();
}
