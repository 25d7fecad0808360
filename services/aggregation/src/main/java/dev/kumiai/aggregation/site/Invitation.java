package dev.kumiai.aggregation.site;

import dev.kumiai.core.Digest;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An enrolment token that lets one key of one site in.
///
/// @param tokenHash the token itself is kept nowhere
/// @param key id of the key that it let in; null before
/// @param task the one task for which it lets a worker in, with whichever key of the site, but one;
///   null where it lets a key in for good
public record Invitation(
    Digest tokenHash,
    SiteId site,
    Instant created,
    String createdBy,
    Instant expires,
    @Nullable String key,
    @Nullable TaskId task) {

  Invitation use(String keyId) {
    return new Invitation(tokenHash, site, created, createdBy, expires, keyId, task);
  }
}
