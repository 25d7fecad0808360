package dev.kumiai.aggregation.rest;

import dev.kumiai.aggregation.ledger.ReadLedger;
import dev.kumiai.aggregation.ledger.VerifyLedger;
import dev.kumiai.aggregation.round.ReplayRound;
import dev.kumiai.core.RunId;
import dev.kumiai.protocol.ledger.LedgerEntry;
import dev.kumiai.protocol.ledger.LedgerKeys;
import dev.kumiai.protocol.ledger.LedgerPage;
import dev.kumiai.protocol.ledger.LedgerReport;
import dev.kumiai.protocol.ledger.RoundReplay;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

@Path("/api/v1")
@Tag(name = "ledger")
@RunOnVirtualThread
public class LedgerResource {

  private static final String MOST = "1000";
  private static final String VERIFIED =
      "Compares chain, signatures, rows and files. Takes long where the files are large. Do not"
          + " believe it alone: the entries can be checked without the aggregator, as `kumiai ledger"
          + " verify` does.";

  private final ReadLedger ledger;
  private final VerifyLedger verify;
  private final ReplayRound replay;

  LedgerResource(ReadLedger ledger, VerifyLedger verify, ReplayRound replay) {
    this.ledger = ledger;
    this.verify = verify;
    this.replay = replay;
  }

  @GET
  @Path("runs/{run}/ledger")
  @Operation(
      operationId = "getRunLedger",
      summary = "The entries of a run's ledger, page by page",
      description = "The next page comes after the number of the last entry of this one.")
  public LedgerPage entries(
      RunId run,
      @QueryParam("after") @DefaultValue("0") long after,
      @QueryParam("limit") @DefaultValue(MOST) int limit) {
    return ledger.page(run.value(), after, limit);
  }

  @POST
  @Path("runs/{run}/ledger/verify")
  @Operation(
      operationId = "verifyRunLedger",
      summary = "Compare all that is kept of a run with its ledger",
      description = VERIFIED)
  public LedgerReport verify(RunId run) {
    return verify.verify(run.value());
  }

  @POST
  @Path("runs/{run}/rounds/{round}/replay")
  @Operation(
      operationId = "replayRound",
      summary = "Aggregate a round anew from its stored updates and compare",
      description =
          "Keeps nothing and changes nothing. Takes about as long as the round's aggregation on one"
              + " thread; one round is replayed at a time.")
  public RoundReplay replay(
      RunId run,
      @PathParam("round") int round,
      @Parameter(description = "Of a round that was done again; the one that counts without it.")
          @QueryParam("incarnation")
          @Nullable Integer incarnation) {
    return replay.replay(run, round, incarnation);
  }

  @GET
  @Path("ledger/audit")
  @Operation(
      operationId = "getAuditLedger",
      summary = "The entries of what belongs to no run, page by page")
  public LedgerPage audit(
      @QueryParam("after") @DefaultValue("0") long after,
      @QueryParam("limit") @DefaultValue(MOST) int limit) {
    return ledger.page(LedgerEntry.AUDIT, after, limit);
  }

  @POST
  @Path("ledger/audit/verify")
  @Operation(
      operationId = "verifyAuditLedger",
      summary = "Compare what belongs to no run with its ledger",
      description = VERIFIED)
  public LedgerReport verifyAudit() {
    return verify.verify(LedgerEntry.AUDIT);
  }

  @GET
  @Path("ledger/key")
  @Operation(operationId = "getLedgerKey", summary = "The public keys that sign the ledger")
  public LedgerKeys keys() {
    return ledger.keys();
  }
}
