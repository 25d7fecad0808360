package dev.kumiai.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/// Which round a FederatedRound is, or starts.
///
/// @param runRef the run
/// @param round its number; whichever is next by default
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FederatedRoundSpec(
    @Required RunRef runRef, @Min(1) @Max(100_000) @Nullable Integer round) {}
