package dev.kumiai.aggregation.access;

import dev.kumiai.protocol.access.Role;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A key that a user shows. The key itself is kept nowhere, only its hash.
///
/// @param name who or what it was made for
/// @param createdBy who made it
/// @param expires when it stops working; null when it does not by itself
/// @param revoked when it was taken back; null while it was not
public record ApiKey(
    String name,
    Role role,
    Instant created,
    String createdBy,
    @Nullable Instant expires,
    @Nullable Instant revoked) {

  boolean isExpired(Instant now) {
    return expires != null && !now.isBefore(expires);
  }

  ApiKey revoke(Instant now) {
    return new ApiKey(name, role, created, createdBy, expires, revoked == null ? now : revoked);
  }
}
