package dev.kumiai.core.strategy;

import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.SafetensorsWriter;
import org.jspecify.annotations.Nullable;

/// One of a strategy's states, as it was after the round before and where it goes after this one.
///
/// @param before null before the first round
/// @param after started with [Updates#stateSpecs]
public record ServerState(@Nullable SafetensorsFile before, SafetensorsWriter after) {}
