package dev.kumiai.protocol.site;

import dev.kumiai.protocol.signature.SitePublicKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A key with which a site signs its results.
///
/// @param id names the key in signatures
/// @param revoked when it was taken back; null while it was not
public record SiteKeyView(
    String id, SitePublicKey key, Instant enrolled, @Nullable Instant revoked) {}
