package dev.kumiai.aggregation.site;

import dev.kumiai.core.Digest;
import dev.kumiai.core.SiteId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An enrolment token that lets one key of one site in.
///
/// @param tokenHash the token itself is kept nowhere
/// @param key id of the key that it let in; null before
public record Invitation(
    Digest tokenHash,
    SiteId site,
    Instant created,
    String createdBy,
    Instant expires,
    @Nullable String key) {

  Invitation use(String keyId) {
    return new Invitation(tokenHash, site, created, createdBy, expires, keyId);
  }
}
