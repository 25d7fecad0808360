package dev.kumiai.aggregation.rest;

import dev.kumiai.aggregation.access.ApiKey;
import dev.kumiai.aggregation.access.ApiKeys;
import dev.kumiai.protocol.access.KeyRequest;
import dev.kumiai.protocol.access.KeyView;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;

@Path("/api/v1/keys")
@Tag(name = "keys")
@RunOnVirtualThread
public class KeyResource {

  private final ApiKeys keys;

  KeyResource(ApiKeys keys) {
    this.keys = keys;
  }

  @POST
  @ResponseStatus(201)
  @APIResponse(
      responseCode = "201",
      description = "Made",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = KeyRequest.Made.class)))
  @Operation(operationId = "createKey", summary = "Make an API key; answers it, once")
  public KeyRequest.Made create(KeyRequest request) {
    ApiKeys.Made made = keys.create(request);
    return new KeyRequest.Made(view(made.key()), made.secret());
  }

  @GET
  @Operation(operationId = "listKeys", summary = "All API keys that were ever made, by name")
  public List<KeyView> list() {
    return keys.all().stream().map(KeyResource::view).toList();
  }

  @DELETE
  @Path("{name}")
  @Operation(
      operationId = "revokeKey",
      summary = "Take an API key back, at once and for ever",
      description = "It stays in the list; its name is not free again.")
  public KeyView revoke(String name) {
    return view(keys.revoke(name));
  }

  private static KeyView view(ApiKey key) {
    return new KeyView(
        key.name(), key.role(), key.created(), key.createdBy(), key.expires(), key.revoked());
  }
}
