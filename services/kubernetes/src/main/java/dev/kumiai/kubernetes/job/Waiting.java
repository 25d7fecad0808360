package dev.kumiai.kubernetes.job;

import dev.kumiai.core.SiteId;

/// Why nobody does a site's task yet.
///
/// @param reason one word, such as Unschedulable
/// @param message the rest of the sentence
public record Waiting(SiteId site, String reason, String message) {
  @Override
  public String toString() {
    return "site '%s': %s: %s".formatted(site, reason, message);
  }
}
