package dev.kumiai.protocol.site;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.kumiai.core.SiteId;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;

/// Joins a site to an aggregator. Each worker of a site enrols by itself.
///
/// @param site who joins
/// @param enrolmentToken the secret that the aggregator's operator gave the site
public record Enrolment(@NotNull SiteId site, @NotBlank String enrolmentToken) {

  @JsonCreator
  public Enrolment {}

  @Override
  public String toString() {
    return "Enrolment[site=" + site + "]";
  }

  /// What the aggregator answers, once.
  ///
  /// @param siteToken the bearer token of this worker from now on; the aggregator keeps only its
  ///   hash
  public record Accepted(SiteId site, String siteToken) {
    @Override
    public String toString() {
      return "Accepted[site=" + site + "]";
    }
  }
}
