package dev.kumiai.aggregation.rest;

import dev.kumiai.protocol.access.Role;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.List;
import java.util.Objects;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;

/// What is true of every operation, and what annotations cannot say.
@OpenApiFilter(OpenApiFilter.RunStage.BUILD)
public class OpenApi implements OASFilter {

  static final String API_KEY = "apiKey";
  static final String SITE_TOKEN = "siteToken";
  static final String PROBLEM = "Problem";

  /// A number that has no default: its Java type does not say so.
  @Override
  public void filterOpenAPI(OpenAPI document) {
    Objects.requireNonNull(document.getComponents().getSchemas().get("RunSpec"))
        .addRequired("rounds");
    document
        .getPaths()
        .getPathItems()
        .forEach(
            (path, item) ->
                item.getOperations()
                    .forEach((method, operation) -> tellAccess(operation, method.name(), path)));
  }

  private static void tellAccess(Operation operation, String method, String path) {
    Access.of(method, path)
        .ifPresent(
            row -> {
              Role least = row.who().least();
              if (least != null) {
                operation.addSecurityRequirement(
                    OASFactory.createSecurityRequirement()
                        .addScheme(API_KEY, List.of(Callers.name(least))));
              }
              if (row.who().sites()) {
                operation.addSecurityRequirement(
                    OASFactory.createSecurityRequirement().addScheme(SITE_TOKEN));
              }
            });
  }

  @Override
  public Operation filterOperation(Operation operation) {
    operation.getResponses().addAPIResponse("default", OASFactory.createAPIResponse().ref(PROBLEM));
    return operation;
  }
}
