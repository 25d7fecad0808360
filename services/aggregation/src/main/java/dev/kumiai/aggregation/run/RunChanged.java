package dev.kumiai.aggregation.run;

import dev.kumiai.core.RunId;

/// Something happened that a run may have waited for. Fired inside the transaction, observed after
/// its success.
public record RunChanged(RunId run) {}
