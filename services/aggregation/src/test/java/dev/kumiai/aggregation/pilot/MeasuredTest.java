package dev.kumiai.aggregation.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.aggregation.run.Participant;
import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunState;
import dev.kumiai.aggregation.task.Task;
import dev.kumiai.aggregation.task.TaskResult;
import dev.kumiai.aggregation.task.TaskState;
import dev.kumiai.core.Digest;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.core.pilot.Outcome;
import dev.kumiai.protocol.site.DatasetCounts;
import dev.kumiai.protocol.task.TaskReport;
import dev.kumiai.protocol.task.TaskReport.ClassHits;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class MeasuredTest {

  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
  private static final RunId RUN = RunId.random();
  private static final SiteId A = new SiteId("a");
  private static final SiteId B = new SiteId("b");
  private static final SiteId JUDGE = new SiteId("judge");
  private static final Offset<Double> CLOSE = Offset.offset(1e-12);

  private static RunFacts.Recorded recorded(Task... answered) {
    return new RunFacts.Recorded(
        new Run(
            RUN,
            PilotPlanTest.run(),
            NOW,
            0,
            new RunState.Succeeded(2, Digest.of(new byte[] {1}), NOW)),
        List.of(),
        List.of(
            new Participant(
                A,
                new DatasetCounts("castings", Map.of("crack", 30, "pit", 10), 0),
                Map.of(),
                null),
            new Participant(B, new DatasetCounts("castings", Map.of("pit", 4), 0), Map.of(), null)),
        List.of(answered),
        Map.of());
  }

  private static Task measured(SiteId site, int round, ClassHits... classes) {
    long examples = List.of(classes).stream().mapToLong(ClassHits::examples).sum();
    return new Task(
        TaskId.random(),
        RUN,
        site,
        TaskKind.EVALUATE,
        round,
        0,
        NOW,
        new TaskState.Succeeded(
            1,
            NOW,
            NOW,
            null,
            new TaskResult.Report(new TaskReport.Evaluated(examples, 0.5, List.of(classes))),
            null));
  }

  @Test
  void aSiteThatDoesNotMeasureIsEstimatedByItsMixOfClasses() {
    Measured measured =
        Measured.of(
            recorded(
                measured(JUDGE, 1, new ClassHits("crack", 10, 1), new ClassHits("pit", 10, 1)),
                measured(JUDGE, 2, new ClassHits("crack", 10, 9), new ClassHits("pit", 10, 5))));

    assertThat(measured.sitesMeasured()).isFalse();
    assertThat(measured.sites().get(A)).isCloseTo((30 * 0.9 + 10 * 0.5) / 40, CLOSE);
    assertThat(measured.sites().get(B)).isCloseTo(0.5, CLOSE);
    Outcome outcome = measured.outcome(3).orElseThrow();
    assertThat(outcome.accuracy()).isCloseTo(0.7, CLOSE);
    assertThat(outcome.worstClass()).isCloseTo(0.5, CLOSE);
    assertThat(outcome.worstSite()).isCloseTo(0.5, CLOSE);
    assertThat(outcome.byRound()).containsOnlyKeys(1, 2).containsEntry(1, 0.1);
    assertThat(outcome.repetition()).isEqualTo(3);
  }

  @Test
  void sitesThatMeasureAllCountWhereNobodyElseDoes() {
    Measured measured =
        Measured.of(
            recorded(
                measured(A, 1, new ClassHits("crack", 30, 30)),
                measured(B, 1, new ClassHits("pit", 10, 0))));

    assertThat(measured.sitesMeasured()).isTrue();
    assertThat(measured.sites()).isEqualTo(Map.of(A, 1.0, B, 0.0));
    assertThat(measured.outcome(0).orElseThrow().accuracy()).isCloseTo(0.75, CLOSE);
  }

  @Test
  void aRunThatWasNotMeasuredHasNoOutcome() {
    assertThat(Measured.of(recorded()).outcome(0)).isEmpty();
  }
}
