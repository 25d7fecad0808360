package dev.kumiai.aggregation.rest;

import dev.kumiai.aggregation.site.EnrolSite;
import dev.kumiai.protocol.site.InvitationRequest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;

@Path("/api/v1/enrolment-tokens")
@Tag(name = "sites")
@RunOnVirtualThread
public class InvitationResource {

  private final EnrolSite enrolSite;

  InvitationResource(EnrolSite enrolSite) {
    this.enrolSite = enrolSite;
  }

  @POST
  @ResponseStatus(201)
  @APIResponse(
      responseCode = "201",
      description = "Made",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = InvitationRequest.Made.class)))
  @Operation(
      operationId = "inviteSite",
      summary = "Make an enrolment token for one key of one site; answers it, once")
  public InvitationRequest.Made invite(InvitationRequest request) {
    return enrolSite.invite(request);
  }
}
