package dev.kumiai.kubernetes.resource;

import io.fabric8.generator.annotation.Required;

/// Names a FederationRuntime of the same namespace.
///
/// @param name of the FederationRuntime
public record RuntimeRef(@Required String name) {

  /// The one that is used where none is named.
  public static final String DEFAULT = "default";
}
