package dev.kumiai.aggregation.round;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.aggregation.task.Task;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskKind;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CrewTest {

  private static final SiteId A = new SiteId("a");
  private static final SiteId B = new SiteId("b");
  private static final SiteId C = new SiteId("c");

  private static Task taskOf(SiteId site) {
    return Task.pending(RunId.random(), 0, site, TaskKind.TRAIN, 1, Instant.EPOCH);
  }

  @Test
  void asksInTheOrderOfTheDraw() {
    Crew crew = new Crew(List.of(C, A, B), 2, 1, 1);

    assertThat(crew.first()).containsExactly(C, A);
    assertThat(crew.reserve(List.of(taskOf(A), taskOf(C)))).containsExactly(B);
  }

  @Test
  void asksAllWhereFewerAreThere() {
    assertThat(new Crew(List.of(B), 3, 1, 2).first()).containsExactly(B);
  }

  @Test
  void whoWasAskedIsNoReserveThoughItIsNoCandidateAnyMore() {
    assertThat(new Crew(List.of(B), 1, 1, 1).reserve(List.of(taskOf(A), taskOf(B)))).isEmpty();
  }
}
