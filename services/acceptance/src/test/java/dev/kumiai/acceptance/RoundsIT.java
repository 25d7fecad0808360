package dev.kumiai.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.run.RoundSpec;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.RunView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rounds on request, a site in quarantine and a round that is done again, by the command line.
class RoundsIT {

  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir private static Path folder;
  private static Aggregator aggregator;
  private static PlayedSite site;

  @BeforeAll
  static void start() {
    aggregator = Aggregator.start(folder);
    site = PlayedSite.join(aggregator, "plant");
  }

  @AfterAll
  static void stop() {
    aggregator.close();
  }

  /// What a command says that must succeed.
  private static String kumiai(String... arguments) {
    List<String> command =
        new ArrayList<>(Checkout.command("cli", List.of("-Dkumiai.home=" + Checkout.ROOT)));
    command.addAll(List.of(arguments));
    command.addAll(
        List.of(
            "--server",
            aggregator.address().toString(),
            "--api-key-file",
            aggregator.apiKeyFile().toString()));
    try (Service cli = Service.start("cli", folder, Map.of(), command)) {
      assertThat(cli.awaitExit(SOON)).as(cli.said()).isZero();
      return cli.said();
    }
  }

  private static RunSpec manual(int rounds) {
    RunSpec spec = Specs.played(site.site(), rounds);
    return new RunSpec(
        spec.name(),
        spec.seed(),
        spec.data(),
        spec.model(),
        spec.sites(),
        spec.rounds(),
        spec.training(),
        spec.strategy(),
        null,
        new RoundSpec(1.0, 600, 5, 5, null, null, 0, 300, 1, RoundSpec.Trigger.MANUAL),
        null,
        null);
  }

  private static void awaitReady(RunId run, int round) {
    aggregator.await(
        run,
        "round " + round + " is over",
        view -> view.phase() == RunPhase.READY && view.round() == round);
  }

  @Test
  void aRoundStartsOnRequestFailsAndIsDoneAgain() {
    RunId run = aggregator.createRun(manual(2)).run();
    site.upload(site.claim(TaskKind.INITIALIZE), PlayedSite.FIRST);
    awaitReady(run, 0);

    assertThat(kumiai("run", "round", run.value())).contains(run + " is in round 1 of 2");
    site.upload(site.claim(TaskKind.TRAIN), PlayedSite.UPDATE);
    awaitReady(run, 1);
    kumiai("run", "round", run.value(), "--round", "2");
    site.fail(site.claim(TaskKind.TRAIN), 500);
    aggregator.await(run, "it is on hold", view -> view.phase() == RunPhase.SUSPENDED);

    assertThat(kumiai("run", "sites", run.value()))
        .contains("plant")
        .contains("failed 1")
        .contains("played: the test says so");
    assertThat(kumiai("run", "release", run.value(), "plant")).contains("plant takes part again");
    assertThat(kumiai("run", "retry", run.value())).contains(run + " goes on from round 2");
    site.upload(site.claim(TaskKind.TRAIN), PlayedSite.UPDATE);

    assertThat(aggregator.awaitEnd(run))
        .returns(RunPhase.SUCCEEDED, RunView::phase)
        .returns(1, RunView::incarnation);
  }
}
