package dev.kumiai.aggregation.site;

import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.signature.SitePublicKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A key with which a site signs its results.
///
/// @param revoked when it was taken back; null while it was not
public record EnrolledKey(
    SiteId site, SitePublicKey key, Instant enrolled, @Nullable Instant revoked) {

  boolean isRevoked() {
    return revoked != null;
  }

  EnrolledKey revoke(Instant now) {
    return isRevoked() ? this : new EnrolledKey(site, key, enrolled, now);
  }
}
