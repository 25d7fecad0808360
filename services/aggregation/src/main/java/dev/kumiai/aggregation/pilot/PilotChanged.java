package dev.kumiai.aggregation.pilot;

import dev.kumiai.core.PilotId;

/// A pilot has something to do. Fired inside the transaction, observed after its success.
record PilotChanged(PilotId pilot) {}
