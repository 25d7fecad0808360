package dev.kumiai.protocol.run;

import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;

/// Asks for rounds of a run to be done again.
///
/// @param fromRound the first of them; 0 makes new first weights and generated sets. Null is the
///   first round that did not come to an end
public record RetryRequest(@Min(0) @Nullable Integer fromRound) {}
