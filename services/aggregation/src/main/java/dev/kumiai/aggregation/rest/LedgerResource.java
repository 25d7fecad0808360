package dev.kumiai.aggregation.rest;

import dev.kumiai.aggregation.ledger.ReadLedger;
import dev.kumiai.aggregation.ledger.VerifyLedger;
import dev.kumiai.core.RunId;
import dev.kumiai.protocol.ledger.LedgerPage;
import dev.kumiai.protocol.ledger.LedgerReport;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// The ledger of a run.
@Path("/api/v1/runs/{run}/ledger")
@Tag(name = "ledger")
@RunOnVirtualThread
public class LedgerResource {

  static final String MOST = "1000";
  static final String VERIFIED =
      "Compares chain, signatures, rows and files. Takes long where the files are large. Do not"
          + " believe it alone: the entries can be checked without the aggregator, as `kumiai ledger"
          + " verify` does.";

  private final ReadLedger ledger;
  private final VerifyLedger verify;

  LedgerResource(ReadLedger ledger, VerifyLedger verify) {
    this.ledger = ledger;
    this.verify = verify;
  }

  @GET
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
  @Path("verify")
  @Operation(
      operationId = "verifyRunLedger",
      summary = "Compare all that is kept of a run with its ledger",
      description = VERIFIED)
  public LedgerReport verify(RunId run) {
    return verify.verify(run.value());
  }
}
