package dev.kumiai.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.cli.terminal.Screens;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.TaskView;
import dev.kumiai.protocol.run.TaskView.State;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RunPictureTest {

  private final RunPicture picture =
      new RunPicture(
          new Screens().plain(), Clock.fixed(Runs.START.plusSeconds(20), ZoneOffset.UTC));

  @Test
  void drawsABarForEverySite() {
    List<TaskView> tasks =
        List.of(
            Runs.task(1, TaskKind.TRAIN, 2, State.CLAIMED, 0.5),
            Runs.task(2, TaskKind.TRAIN, 2, State.PENDING, 0),
            Runs.task(3, TaskKind.TRAIN, 2, State.SUCCEEDED, 0.9));

    assertThat(picture.lines(Runs.run(RunPhase.TRAINING, 2, tasks)))
        .containsExactly(
            "",
            "Round 2 of 3, training   20.0 s since the start",
            "  site-1  ████████████░░░░░░░░░░░░   50 %  20.0 s  epoch 1 of 2",
            "  site-2  ░░░░░░░░░░░░░░░░░░░░░░░░  waits",
            "  site-3  ████████████████████████  done  4.0 s");
  }

  @Test
  void ofManySitesDrawsThoseAtWork() {
    List<TaskView> tasks =
        IntStream.rangeClosed(1, 40)
            .mapToObj(
                site ->
                    Runs.task(
                        site,
                        TaskKind.GENERATE,
                        0,
                        site == 7 ? State.CLAIMED : State.PENDING,
                        0.25))
            .toList();

    assertThat(picture.lines(Runs.run(RunPhase.GENERATING, 0, tasks)))
        .hasSize(4)
        .anyMatch(line -> line.startsWith("  site-7  ██████░"))
        .last()
        .isEqualTo("  39 waiting, 0 done, at work: site-7 25 %");
  }

  @Test
  void ofARunOnHoldSaysWhy() {
    List<TaskView> tasks = List.of(Runs.task(1, TaskKind.TRAIN, 2, State.PENDING, 0));

    assertThat(picture.lines(Runs.run(RunPhase.SUSPENDED, 2, tasks)).get(1))
        .startsWith("Suspended in round 2, no quorum");
  }

  @Test
  void drawsNothingOfARunThatIsOver() {
    assertThat(picture.lines(Runs.run(RunPhase.SUCCEEDED, 3, List.of()))).isEmpty();
  }

  @Test
  void ofARunThatWaitsForItsUserSaysHowToGoOn() {
    assertThat(picture.lines(Runs.run(RunPhase.READY, 1, List.of())).get(1))
        .startsWith("Waits for round 2 of 3 to be asked for: kumiai run round " + Runs.RUN.value());
  }
}
