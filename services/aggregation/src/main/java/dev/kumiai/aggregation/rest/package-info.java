/// The HTTP face: translates and delegates.
@OpenAPIDefinition(
    info = @Info(title = "Kumiai aggregation service", version = "1"),
    components =
        @Components(
            securitySchemes = {
              @SecurityScheme(
                  securitySchemeName = OpenApi.API_KEY,
                  type = SecuritySchemeType.HTTP,
                  scheme = "bearer",
                  description = "A user's API key, whose role is at least the one that is named."),
              @SecurityScheme(
                  securitySchemeName = OpenApi.SITE_TOKEN,
                  type = SecuritySchemeType.HTTP,
                  scheme = "bearer",
                  description = "The site token that enrolment answered.")
            },
            schemas = {
              @Schema(name = "Initialize", implementation = TaskSpec.Initialize.class),
              @Schema(name = "Generate", implementation = TaskSpec.Generate.class),
              @Schema(name = "Train", implementation = TaskSpec.Train.class),
              @Schema(name = "Evaluate", implementation = TaskSpec.Evaluate.class),
              @Schema(name = "Generated", implementation = TaskReport.Generated.class),
              @Schema(name = "Evaluated", implementation = TaskReport.Evaluated.class)
            },
            responses = {
              @APIResponse(
                  name = ModelDownload.WHOLE,
                  description = "A safetensors file; ETag is its digest",
                  content =
                      @Content(
                          mediaType = MediaType.APPLICATION_OCTET_STREAM,
                          schema = @Schema(type = SchemaType.STRING, format = "binary"))),
              @APIResponse(
                  name = OpenApi.PROBLEM,
                  description =
                      "An error, RFC 9457. Its type ends with a stable code; violations name every"
                          + " single mistake by JSON pointer.",
                  content =
                      @Content(
                          mediaType = Problem.MEDIA_TYPE,
                          schema = @Schema(implementation = Problem.class)))
            }))
@NullMarked
package dev.kumiai.aggregation.rest;

import dev.kumiai.protocol.error.Problem;
import dev.kumiai.protocol.task.TaskReport;
import dev.kumiai.protocol.task.TaskSpec;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Components;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;
import org.eclipse.microprofile.openapi.annotations.info.Info;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;
import org.jspecify.annotations.NullMarked;
