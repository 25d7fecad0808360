package dev.kumiai.worker.generated;

import java.time.Instant;

/// A person at the site did not want a sample, or a whole set.
///
/// @param by who, as they name themselves
public record Rejection(String by, Instant at) {}
