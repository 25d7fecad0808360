package dev.kumiai.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonProperty;

/// What starts a round.
public enum RoundTrigger {
  /// The end of the one before.
  @JsonProperty("automatic")
  AUTOMATIC,
  /// A FederatedRound that somebody creates.
  @JsonProperty("manual")
  MANUAL
}
