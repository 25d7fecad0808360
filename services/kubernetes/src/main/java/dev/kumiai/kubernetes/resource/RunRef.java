package dev.kumiai.kubernetes.resource;

import io.fabric8.generator.annotation.Required;

/// Names a FederatedRun of the same namespace.
///
/// @param name of the FederatedRun
public record RunRef(@Required String name) {}
