package dev.kumiai.protocol.site;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.kumiai.core.SiteId;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Invites a site: asks for an enrolment token that is good for one key of one site.
///
/// @param hours how long it can be used; 24 when it is not given
public record InvitationRequest(@NotNull SiteId site, @Min(1) @Max(8760) @Nullable Integer hours) {

  private static final int A_DAY = 24;

  @JsonCreator
  public InvitationRequest {
    hours = hours == null ? A_DAY : hours;
  }

  /// What the aggregator answers, once.
  ///
  /// @param enrolmentToken what the site's worker takes for `kumiai.enrolment-token`; the
  ///   aggregator keeps only its hash
  public record Made(SiteId site, String enrolmentToken, Instant expires) {
    @Override
    public String toString() {
      return "Made[site=" + site + ", expires=" + expires + "]";
    }
  }
}
