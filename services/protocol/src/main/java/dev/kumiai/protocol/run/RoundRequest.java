package dev.kumiai.protocol.run;

import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;

/// Asks for one round of a run whose rounds are triggered manually.
///
/// @param round the round that the caller expects to start. Whoever names it may repeat the
///   request: one that goes on already is not started again. Null is whichever is next
public record RoundRequest(@Min(1) @Nullable Integer round) {}
