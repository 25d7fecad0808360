package dev.kumiai.aggregation.event;

import dev.kumiai.protocol.event.EventType;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An event as it is kept until everybody knows of it.
///
/// @param subject what it happened to; null where that is the aggregator itself
/// @param data JSON of one of the records of [dev.kumiai.protocol.event.EventData]
public record OutboxEvent(
    EventChannel channel,
    EventId id,
    EventType type,
    @Nullable String subject,
    Instant at,
    String data) {}
