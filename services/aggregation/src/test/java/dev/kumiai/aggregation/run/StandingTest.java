package dev.kumiai.aggregation.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.run.RunSiteView.FaultKind;
import dev.kumiai.protocol.run.RunSiteView.Faults;
import dev.kumiai.protocol.run.RunSiteView.Quarantine;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class StandingTest {

  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant T1 = T0.plusSeconds(1);
  private static final Standing CLEAN = Standing.clean(new SiteId("a"));

  @Test
  void countsByKindAndKeepsTheNewestOfEach() {
    Standing standing =
        CLEAN
            .after(FaultKind.LATE, "x", T0, 0)
            .after(FaultKind.FAILED, "y", T0, 0)
            .after(FaultKind.LATE, "z", T1, 0);

    assertThat(standing.faults())
        .containsExactly(
            new Faults(FaultKind.FAILED, 1, "y", T0), new Faults(FaultKind.LATE, 2, "z", T1));
    assertThat(standing.quarantine()).isNull();
  }

  @Test
  void leadsIntoQuarantineAtTheFaultThatIsOneTooMany() {
    Standing one = CLEAN.after(FaultKind.FAILED, "x", T0, 2);
    Standing two = one.after(FaultKind.SILENT, "y", T1, 2);

    assertThat(one.quarantine()).isNull();
    assertThat(two.quarantine()).isEqualTo(new Quarantine(T1, "2 faults, the last SILENT: y"));
    assertThat(two.after(FaultKind.LATE, "z", T1.plusSeconds(1), 2).quarantine())
        .isEqualTo(two.quarantine());
  }

  @Test
  void releaseCountsAnewAndForgetsNothing() {
    Standing released =
        CLEAN.after(FaultKind.FAILED, "x", T0, 2).after(FaultKind.FAILED, "y", T1, 2).release();

    assertThat(released.quarantine()).isNull();
    assertThat(released.faults()).containsExactly(new Faults(FaultKind.FAILED, 2, "y", T1));
    assertThat(released.after(FaultKind.FAILED, "z", T1, 2).quarantine()).isNull();
  }
}
