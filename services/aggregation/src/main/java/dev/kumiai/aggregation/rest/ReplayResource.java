package dev.kumiai.aggregation.rest;

import dev.kumiai.aggregation.round.ReplayRound;
import dev.kumiai.core.RunId;
import dev.kumiai.protocol.ledger.RoundReplay;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// Rounds, once more.
@Path("/api/v1/runs/{run}/rounds/{round}/replay")
@Tag(name = "ledger")
@RunOnVirtualThread
public class ReplayResource {

  private final ReplayRound replay;

  ReplayResource(ReplayRound replay) {
    this.replay = replay;
  }

  @POST
  @Operation(
      operationId = "replayRound",
      summary = "Aggregate a round anew from its stored updates and compare",
      description =
          "Keeps nothing and changes nothing. Takes about as long as the round's aggregation on one"
              + " thread; one round is replayed at a time.")
  public RoundReplay replay(
      RunId run,
      int round,
      @Parameter(description = "Of a round that was done again; the one that counts without it.")
          @QueryParam("incarnation")
          @Nullable Integer incarnation) {
    return replay.replay(run, round, incarnation);
  }
}
