package dev.kumiai.aggregation.rest;

import io.quarkus.security.identity.request.BaseAuthenticationRequest;

/// What a caller showed: an API key or a site token.
final class BearerToken extends BaseAuthenticationRequest {

  private final String text;

  BearerToken(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }
}
