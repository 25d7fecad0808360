package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.error.Problem;
import dev.kumiai.protocol.run.RoundView;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunSiteView;
import dev.kumiai.protocol.run.TaskView;
import dev.kumiai.protocol.task.ClaimedTask;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Rounds that ask only some of the sites, more than they need, or others in their place.
@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class SelectionTest {

  private static final Problem BROKEN =
      new Problem(Problem.TYPE_PREFIX + "broken", "broken", 400, "it broke", List.of());

  private final Aggregator aggregator;

  @Inject
  SelectionTest(Aggregator aggregator) {
    this.aggregator = aggregator;
  }

  @AfterEach
  void endWhatIsLeft() {
    aggregator.close();
  }

  private TinySite[] sites(int number) {
    return IntStream.range(0, number)
        .mapToObj(i -> aggregator.site("s" + i, 1 + i, 1, 1))
        .toArray(TinySite[]::new);
  }

  private List<TaskView> tasks(RunId run, int round) {
    return aggregator.client().rounds(run).stream()
        .filter(view -> view.round() == round)
        .map(RoundView::tasks)
        .findFirst()
        .orElse(List.of());
  }

  /// The sites that are asked in a round, once so many are.
  private List<TinySite> asked(RunId run, int round, int number, TinySite... sites) {
    List<SiteId> asked =
        Aggregator.await(() -> tasks(run, round), tasks -> tasks.size() == number).stream()
            .map(TaskView::site)
            .toList();
    return List.of(sites).stream().filter(site -> asked.contains(site.id())).toList();
  }

  private List<List<SiteId>> trainAll(RunId run, int rounds, int perRound, TinySite... sites) {
    List<List<SiteId>> asked = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      List<TinySite> now = asked(run, round, perRound, sites);
      now.forEach(site -> site.workOnce(TaskKind.TRAIN));
      asked.add(now.stream().map(TinySite::id).toList());
    }
    return asked;
  }

  @Test
  void drawsTheSitesOfEveryRoundAnewAndTheSameAgainFromTheSameSeed() {
    TinySite[] sites = sites(5);
    TinySpec spec = new TinySpec(sites).rounds(6).sitesPerRound(2, 0);

    RunId first = aggregator.startInitialized(spec, sites[0]);
    List<List<SiteId>> asked = trainAll(first, 6, 2, sites);
    RunId second = aggregator.startInitialized(spec, sites[0]);
    List<List<SiteId>> again = trainAll(second, 6, 2, sites);

    assertThat(new HashSet<>(asked)).hasSizeGreaterThan(1);
    assertThat(again).isEqualTo(asked);
    assertThat(aggregator.awaitEnd(second).model()).isEqualTo(aggregator.awaitEnd(first).model());
  }

  @Test
  void closesWhenAsManyAnsweredAsItAimsAtAndBlamesNobodyWhoWasSlower() {
    TinySite[] sites = sites(4);
    RunId run = aggregator.startInitialized(new TinySpec(sites).sitesPerRound(2, 0.5), sites[0]);
    List<TinySite> asked = asked(run, 1, 3, sites);
    ClaimedTask slow = asked.get(1).claim(TaskKind.TRAIN);

    asked.get(2).workOnce(TaskKind.TRAIN);
    asked.get(0).workOnce(TaskKind.TRAIN);

    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.SUCCEEDED);
    assertThatThrownBy(() -> asked.get(1).answer(slow))
        .isInstanceOf(KumiaiException.Gone.class)
        .extracting("code")
        .isEqualTo("update-late");
    assertThat(tasks(run, 1))
        .extracting(TaskView::state)
        .containsExactly(
            TaskView.State.SUCCEEDED, TaskView.State.CANCELLED, TaskView.State.SUCCEEDED);
    assertThat(aggregator.client().sites(run))
        .hasSize(4)
        .allSatisfy(site -> assertThat(site.faults()).isEmpty());
  }

  @Test
  void asksAnotherSiteInPlaceOfOneThatIsGivenUp() {
    TinySite[] sites = sites(3);
    RunId run = aggregator.startInitialized(new TinySpec(sites).sitesPerRound(1, 0), sites[0]);
    TinySite failing = asked(run, 1, 1, sites).getFirst();

    failing.client().fail(failing.claim(TaskKind.TRAIN), BROKEN);
    List<TinySite> both = asked(run, 1, 2, sites);
    TinySite other = both.getFirst() == failing ? both.getLast() : both.getFirst();
    other.workOnce(TaskKind.TRAIN);

    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.SUCCEEDED);
  }

  @Test
  void failsWhenNobodyIsLeftToAsk() {
    TinySite[] sites = sites(2);
    RunId run = aggregator.startInitialized(new TinySpec(sites).sitesPerRound(1, 0), sites[0]);

    for (int tried = 1; tried <= 2; tried++) {
      for (TinySite site : asked(run, 1, tried, sites)) {
        site.tryClaim(Duration.ZERO, TaskKind.TRAIN)
            .ifPresent(task -> site.client().fail(task, BROKEN));
      }
    }

    assertThat(aggregator.awaitEnd(run).reason())
        .contains("TRAIN of round 1 was answered by 0 of the 1 sites it needs")
        .contains(sites[0].id().value())
        .contains(sites[1].id().value());
  }

  @Test
  void asksAnotherSiteBesidesOneThatLeavesItsTaskLyingAndTakesWhicheverIsFirst() {
    TinySite[] sites = sites(2);
    RunId run =
        aggregator.startInitialized(
            new TinySpec(sites).sitesPerRound(1, 0).replaceAfterSeconds(60), sites[0]);
    TinySite silent = asked(run, 1, 1, sites).getFirst();

    aggregator.pass(Duration.ofSeconds(59));
    assertThat(tasks(run, 1)).hasSize(1);
    aggregator.pass(Duration.ofSeconds(1));
    asked(run, 1, 2, sites);
    silent.workOnce(TaskKind.TRAIN);

    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.SUCCEEDED);
    assertThat(aggregator.task(run, 1, TaskKind.TRAIN, silent).state())
        .isEqualTo(TaskView.State.SUCCEEDED);
  }

  @Test
  void quorumRelatesToTheNumberAimedAt() {
    TinySite[] sites = sites(4);
    RunId run =
        aggregator.startInitialized(
            new TinySpec(sites).quorum(0.5, 100).sitesPerRound(2, 0), sites[0]);
    asked(run, 1, 2, sites).getFirst().workOnce(TaskKind.TRAIN);

    aggregator.pass(Duration.ofSeconds(100));

    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.SUCCEEDED);
    assertThat(aggregator.client().sites(run))
        .flatExtracting(RunSiteView::faults)
        .extracting(RunSiteView.Faults::kind)
        .containsExactly(RunSiteView.FaultKind.LATE);
  }
}
