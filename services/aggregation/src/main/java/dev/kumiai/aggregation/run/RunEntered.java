package dev.kumiai.aggregation.run;

import dev.kumiai.core.RunId;

/// A run has a new state. Fired inside the transaction, observed after its success by those who
/// show runs; what makes them go on is [RunChanged].
public record RunEntered(RunId run) {}
