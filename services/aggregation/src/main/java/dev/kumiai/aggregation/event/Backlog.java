package dev.kumiai.aggregation.event;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a channel has still to send.
///
/// @param oldest when the first of them happened; null when there is none
public record Backlog(long events, @Nullable Instant oldest) {}
