package dev.kumiai.protocol.access;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An API key as everybody but its owner sees it: without the key.
///
/// @param name who or what it was made for
/// @param createdBy who made it
/// @param expires when it stops working; null when it does not by itself
/// @param revoked when it was taken back; null while it was not
public record KeyView(
    String name,
    Role role,
    Instant created,
    String createdBy,
    @Nullable Instant expires,
    @Nullable Instant revoked) {}
