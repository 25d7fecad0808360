package dev.kumiai.aggregation.request;

import dev.kumiai.protocol.event.RequestType;
import org.jspecify.annotations.Nullable;

/// A request whose form is right.
///
/// @param subject of the CloudEvent: the run that it is about, where it is about one
/// @param data JSON
record RunRequest(RequestKey key, RequestType type, @Nullable String subject, String data) {}
