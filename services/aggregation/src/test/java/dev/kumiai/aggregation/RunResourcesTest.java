package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.aggregation.run.CreateRun;
import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunResources;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.ledger.LedgerEntry;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.RunView;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Runs and the custom resources that mirror them.
@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class RunResourcesTest {

  private final Aggregator aggregator;
  private final CreateRun createRun;
  private final RunResources resources;
  private final String name = "plants/run-" + RunId.random();

  @Inject
  RunResourcesTest(Aggregator aggregator, CreateRun createRun, RunResources resources) {
    this.aggregator = aggregator;
    this.createRun = createRun;
    this.resources = resources;
  }

  @AfterEach
  void endWhatIsLeft() {
    aggregator.close();
  }

  private Run create(RunSpec spec, String resource) {
    return aggregator.started(createRun.create(spec, List.of(), resource));
  }

  /// Those of other tests, too, and there may be many.
  private void mirrorAll() {
    for (List<RunId> left = unmirrored(); !left.isEmpty(); left = unmirrored()) {
      left.forEach(run -> resources.attach(run, "others/" + run));
    }
  }

  private List<RunId> unmirrored() {
    return resources.unmirrored().stream().map(Run::id).toList();
  }

  @Test
  void aResourceGetsOneRunHoweverOftenItAsks() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunSpec spec = new TinySpec(a).build();

    Run first = create(spec, name);
    Run again = createRun.create(new TinySpec().build(), List.of(), name);

    assertThat(again.id()).isEqualTo(first.id());
    assertThat(again.spec()).isEqualTo(first.spec());
    assertThat(resources.find(name)).map(Run::id).contains(first.id());
    assertThat(create(spec, name + "-2").id()).isNotEqualTo(first.id());
  }

  @Test
  void whoAsksAtTheSameMomentForTheSameResourceGetsTheSameRun() throws Exception {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunSpec spec = new TinySpec(a).build();
    int before = aggregator.client().runs().size();
    List<RunId> made = new ArrayList<>();

    Callable<Run> create = () -> createRun.create(spec, List.of(), name);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Run> run : threads.invokeAll(Collections.nCopies(8, create))) {
        made.add(run.get().id());
      }
    }

    assertThat(made).hasSize(8).containsOnly(made.getFirst());
    assertThat(aggregator.client().runs()).hasSize(before + 1);
    aggregator.started(resources.find(name).orElseThrow());
  }

  @Test
  void aWrongSpecLeavesTheResourceWithoutARun() {
    assertThatThrownBy(() -> createRun.create(new TinySpec().build(), List.of(), name))
        .isInstanceOf(KumiaiException.Invalid.class)
        .extracting("code")
        .isEqualTo("run-spec-invalid");

    assertThat(resources.find(name)).isEmpty();
  }

  @Test
  void runsThatNoResourceMirrorsAreFoundUntilOneDoes() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    mirrorAll();
    RunId older = aggregator.start(new TinySpec(a));
    RunId newer = aggregator.start(new TinySpec(a));

    assertThat(unmirrored()).containsExactly(older, newer);

    resources.attach(older, name);
    resources.attach(older, name);

    assertThat(unmirrored()).containsExactly(newer);
    assertThat(resources.find(name)).map(Run::id).contains(older);
  }

  @Test
  void aRunHasOneResourceAndAResourceOneRun() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId one = aggregator.start(new TinySpec(a));
    RunId other = aggregator.start(new TinySpec(a));
    resources.attach(one, name);

    assertThatThrownBy(() -> resources.attach(one, name + "-2"))
        .isInstanceOf(KumiaiException.Conflict.class)
        .hasMessageContaining(name)
        .extracting("code")
        .isEqualTo("run-mirrored-already");
    assertThatThrownBy(() -> resources.attach(other, name))
        .isInstanceOf(KumiaiException.Conflict.class)
        .hasMessageContaining(one.value())
        .extracting("code")
        .isEqualTo("run-mirrored-already");
    assertThatThrownBy(() -> resources.attach(RunId.random(), name + "-2"))
        .isInstanceOf(KumiaiException.NotFound.class);
  }

  /// A mirror may come late: it must not look as if the run had ended once more.
  @Test
  void toBeMirroredIsNoStepOfTheRun() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a), a);
    a.workOnce(TaskKind.TRAIN);
    assertThat(aggregator.awaitEnd(run)).returns(RunPhase.SUCCEEDED, RunView::phase);
    List<LedgerEntry> before = aggregator.client().ledger(run, 0).entries();

    resources.attach(run, name);

    assertThat(aggregator.client().ledger(run, 0).entries()).isEqualTo(before);
  }
}
