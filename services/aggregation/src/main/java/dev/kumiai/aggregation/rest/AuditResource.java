package dev.kumiai.aggregation.rest;

import dev.kumiai.aggregation.ledger.ReadLedger;
import dev.kumiai.aggregation.ledger.VerifyLedger;
import dev.kumiai.protocol.ledger.LedgerEntry;
import dev.kumiai.protocol.ledger.LedgerKeys;
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

/// The ledger of what belongs to no run, and the keys that sign all of it.
@Path("/api/v1/ledger")
@Tag(name = "ledger")
@RunOnVirtualThread
public class AuditResource {

  private final ReadLedger ledger;
  private final VerifyLedger verify;

  AuditResource(ReadLedger ledger, VerifyLedger verify) {
    this.ledger = ledger;
    this.verify = verify;
  }

  @GET
  @Path("audit")
  @Operation(
      operationId = "getAuditLedger",
      summary = "The entries of what belongs to no run, page by page")
  public LedgerPage audit(
      @QueryParam("after") @DefaultValue("0") long after,
      @QueryParam("limit") @DefaultValue(LedgerResource.MOST) int limit) {
    return ledger.page(LedgerEntry.AUDIT, after, limit);
  }

  @POST
  @Path("audit/verify")
  @Operation(
      operationId = "verifyAuditLedger",
      summary = "Compare what belongs to no run with its ledger",
      description = LedgerResource.VERIFIED)
  public LedgerReport verifyAudit() {
    return verify.verify(LedgerEntry.AUDIT);
  }

  @GET
  @Path("key")
  @Operation(operationId = "getLedgerKey", summary = "The public keys that sign the ledger")
  public LedgerKeys keys() {
    return ledger.keys();
  }
}
