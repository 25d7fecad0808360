package dev.kumiai.protocol.site;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.signature.SitePublicKey;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;

/// Joins a site to an aggregator. Each worker of a site enrols by itself.
///
/// @param site who joins
/// @param enrolmentToken the secret that the aggregator's operator gave the site: the one for all,
///   or an invitation
/// @param key with which the site signs its results from now on; the request is signed with it
public record Enrolment(
    @NotNull SiteId site, @NotBlank String enrolmentToken, @NotNull SitePublicKey key) {

  @JsonCreator
  public Enrolment {}

  @Override
  public String toString() {
    return "Enrolment[site=" + site + ", key=" + key + "]";
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
