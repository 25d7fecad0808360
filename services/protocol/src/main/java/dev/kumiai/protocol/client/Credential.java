package dev.kumiai.protocol.client;

import org.jspecify.annotations.Nullable;

/// What a user shows to prove who they are. Asked before each call, so that it may be renewed.
@FunctionalInterface
public interface Credential {

  /// A caller whom nobody knows, such as a worker that is about to enrol.
  Credential NONE = () -> null;

  /// The bearer token to send, an API key or an OIDC access token; null to send none.
  @Nullable String bearer();

  /// One that stays the same.
  static Credential of(String bearer) {
    return () -> bearer;
  }
}
