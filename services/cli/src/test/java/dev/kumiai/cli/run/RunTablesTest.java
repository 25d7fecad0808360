package dev.kumiai.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.cli.terminal.Screens;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunSiteView;
import dev.kumiai.protocol.run.RunSiteView.FaultKind;
import dev.kumiai.protocol.run.RunSiteView.Faults;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunTablesTest {

  private final RunTables tables = new RunTables(new Screens().plain());

  @Test
  void showsAccuracyAndLossRoundByRound() {
    assertThat(tables.rounds(Runs.succeeded()))
        .containsExactly(
            "Round  Accuracy                             Loss   Time",
            "───────────────────────────────────────────────────────",
            "    1    25.0 %  ██████                    0.750  8.0 s",
            "    2    50.0 %  ████████████              0.500  8.0 s");
  }

  @Test
  void showsWhatEverySiteHoldsGeneratedAndSpent() {
    assertThat(tables.sites(Runs.succeeded()))
        .containsExactly(
            "Site    Private  Generated  Dropped  Generation  Training",
            "─────────────────────────────────────────────────────────",
            "site-1       43         12        0       4.0 s     8.0 s",
            "site-2       43          -        -           -     8.0 s");
  }

  @Test
  void showsPrivateAndGeneratedSamplesOfEveryClass() {
    assertThat(tables.classes(Runs.succeeded()))
        .containsExactly(
            "Site    crack  pore  scratch",
            "────────────────────────────",
            "site-1   40+5     3      0+7",
            "site-2     40     3        0");
  }

  @Test
  void showsTheDifferenceThatGenerationMade() {
    Snapshot baseline =
        new Snapshot(
            Runs.run(RunPhase.SUCCEEDED, 2, List.of()),
            List.of(Runs.round(1, 0.30, List.of()), Runs.round(2, 0.375, List.of())));

    assertThat(tables.comparison(Runs.succeeded(), baseline))
        .containsExactly(
            "Round  With generation  Without    Difference",
            "─────────────────────────────────────────────",
            "    1           25.0 %   30.0 %   -5.0 points",
            "    2           50.0 %   37.5 %  +12.5 points");
  }

  @Test
  void showsWhatSitesDidWrong() {
    RunSiteView good = new RunSiteView(Runs.site(1), true, null, Map.of(), null, List.of(), null);
    RunSiteView bad =
        new RunSiteView(
            Runs.site(2),
            true,
            null,
            Map.of(),
            null,
            List.of(
                new Faults(FaultKind.FAILED, 1, "old: x", Runs.START),
                new Faults(FaultKind.LATE, 2, "new: y", Runs.START.plusSeconds(1))),
            null);

    assertThat(tables.standings(List.of(good, bad)))
        .containsExactly(
            "Site    Faults  Kinds             Quarantine  Newest problem",
            "────────────────────────────────────────────────────────────",
            "site-1       0                    -           -",
            "site-2       3  failed 1, late 2  -           new: y");
  }
}
