package dev.kumiai.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.cli.terminal.Screens;
import dev.kumiai.core.Cost;
import dev.kumiai.core.Digest;
import dev.kumiai.core.TaskKind;
import dev.kumiai.core.prompt.IgnoredWords;
import dev.kumiai.core.quality.DropReason;
import dev.kumiai.protocol.run.RoundView;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunSiteView;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.TaskView;
import dev.kumiai.protocol.run.TaskView.State;
import dev.kumiai.protocol.task.TaskReport;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunStoryTest {

  private final RunStory story = new RunStory(new Screens().plain());

  @Test
  void tellsEverythingThatEnded() {
    assertThat(story.news(Runs.succeeded()))
        .containsExactly(
            "✓ site-1 generated 12 samples   4.0 s",
            "✓ Round 1 of 3    █████░░░░░░░░░░░░░░░ 25.0 %   loss 0.750   8.0 s",
            "✓ Round 2 of 3    ██████████░░░░░░░░░░ 50.0 %   loss 0.500   8.0 s",
            "✓ Run succeeded after 1 min 30 s");
  }

  @Test
  void tellsWhatWasDroppedRejectedAndUnguided() {
    TaskView generated =
        Runs.task(
            1,
            TaskKind.GENERATE,
            0,
            State.SUCCEEDED,
            1,
            new TaskReport.Generated(
                Digest.of(new byte[] {1}),
                Map.of("crack", 5),
                false,
                Map.of(DropReason.NEAR_COPY, 2, DropReason.LABEL_DISAGREES, 1),
                3,
                List.of("pore"),
                new IgnoredWords(11, List.of("a", "photo", "of")),
                new Cost(4, 6, new BigDecimal("0.24"), "EUR", null),
                null),
            null);

    List<String> news =
        story.news(
            new Snapshot(
                Runs.run(RunPhase.TRAINING, 1, List.of()),
                List.of(
                    new RoundView(
                        0, 0, null, null, null, null, Runs.START, null, List.of(generated)))));

    assertThat(news)
        .containsExactly(
            "✓ site-1 generated 5 samples (3 dropped: label disagrees 1, near copy 2; 3 rejected by"
                + " hand; without real samples: pore; words that the generator does not know:"
                + " a, photo, of and 8 more; 6 calls for 0.24 EUR)   4.0 s");
  }

  @Test
  void tellsNothingTwice() {
    story.news(Runs.succeeded());

    assertThat(story.news(Runs.succeeded())).isEmpty();
  }

  @Test
  void saysWhyARunFailed() {
    Snapshot failed = new Snapshot(Runs.run(RunPhase.FAILED, 1, List.of()), List.of());

    assertThat(story.news(failed)).containsExactly("✗ Run failed after 1 min 30 s: no quorum");
  }

  @Test
  void tellsOfAFailureEvenWhenTheTaskIsTriedAgain() {
    TaskView troubled =
        Runs.task(2, TaskKind.TRAIN, 1, State.PENDING, 0, null, "out-of-memory: no room");
    RoundView round =
        new RoundView(1, 0, null, null, null, null, Runs.START, null, List.of(troubled));

    List<String> news =
        story.news(new Snapshot(Runs.run(RunPhase.TRAINING, 1, List.of(troubled)), List.of(round)));

    assertThat(news).containsExactly("✗ training at site-2: out-of-memory: no room");
  }

  @Test
  void tellsOnceWhoIsInQuarantine() {
    RunSiteView out =
        new RunSiteView(
            Runs.site(2),
            true,
            null,
            Map.of(),
            null,
            List.of(),
            new RunSiteView.Quarantine(Runs.START, "3 faults, the last LATE: x"));
    Snapshot now = new Snapshot(Runs.run(RunPhase.TRAINING, 1, List.of()), List.of(), List.of(out));

    assertThat(story.news(now))
        .containsExactly("✗ site-2 is in quarantine: 3 faults, the last LATE: x");
    assertThat(story.news(now)).isEmpty();
  }

  @Test
  void tellsOfARoundAgainThatWasDoneAgain() {
    RunView run = Runs.run(RunPhase.TRAINING, 1, List.of());
    RoundView first = Runs.round(1, 0.5, List.of());
    RoundView again =
        new RoundView(
            1, 1, null, first.model(), 0.5, 0.5, first.started(), first.finished(), List.of());
    story.news(new Snapshot(run, List.of(first)));

    assertThat(story.news(new Snapshot(run, List.of(first)))).isEmpty();
    assertThat(story.news(new Snapshot(run, List.of(again)))).hasSize(1);
  }
}
