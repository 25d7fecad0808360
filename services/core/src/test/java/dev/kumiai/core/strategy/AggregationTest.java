package dev.kumiai.core.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.strategy.robust.CoordinateMedian;
import dev.kumiai.core.strategy.robust.Krum;
import dev.kumiai.core.strategy.server.FedAvgM;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.SafetensorsWriter;
import dev.kumiai.core.tensor.Shape;
import dev.kumiai.core.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an aggregation offers to strategies other than a mean: to server optimisers, to
/// coordinate-wise robust rules and to rules that compare whole updates.
class AggregationTest {

  @TempDir private Path folder;

  private Models models;

  @BeforeEach
  void store() {
    models = new Models(folder);
  }

  @Test
  void carriesTheStateOfServerOptimiserFromRoundToRound() throws IOException {
    SafetensorsFile global =
        models.store(
            Tensor.ofFloats("w", Shape.of(2), new float[] {10, 20}),
            Tensor.ofLongs("n", Shape.of(), new long[] {1}));
    SafetensorsFile update =
        models.store(
            Tensor.ofFloats("w", Shape.of(2), new float[] {14, 20}),
            Tensor.ofLongs("n", Shape.of(), new long[] {5}));
    Updates updates = Updates.of(global, List.of(new Update(new SiteId("a"), 1, update)));

    Path first = momentum(updates, null, "1");
    Path second = momentum(updates, folder.resolve("velocity-1"), "2");

    // velocity: 0.5 * 0 + 4 = 4, then 0.5 * 4 + 4 = 6
    assertThat(values(first, "w")).containsExactly(14, 20);
    assertThat(values(folder.resolve("velocity-1"), "w")).containsExactly(4, 0);
    assertThat(values(second, "w")).containsExactly(16, 20);
    assertThat(values(folder.resolve("velocity-2"), "w")).containsExactly(6, 0);
  }

  @Test
  void showsEachElementOfAllUpdatesToMedian() throws IOException {
    float[] far = new float[Pipeline.PIECE + 3];
    Arrays.fill(far, 1e30f);
    float[] low = new float[far.length];
    float[] middle = new float[far.length];
    for (int i = 0; i < middle.length; i++) {
      low[i] = i - 1;
      middle[i] = i;
    }
    Updates updates =
        Models.updates(
            models.update("a", 1, far), models.update("b", 1, low), models.update("c", 1, middle));

    assertThat(models.next(new CoordinateMedian(), updates)).containsExactly(middle);
  }

  @Test
  void letsKrumCompareWholeUpdatesBeforeItChooses() throws IOException {
    Updates updates =
        Models.updates(
            models.update("a", 1, 1, 1.1f),
            models.update("b", 1, 1, 1),
            models.update("c", 1, 0.9f, 1),
            models.update("poisoned", 1_000_000, -100, 100));

    assertThat(models.next(new Krum(0), updates)).containsExactly(1, 1);
  }

  @Test
  void refusesStateOfAnotherModel() throws IOException {
    Updates updates = Models.updates(models.update("a", 1, 1, 2));
    try (SafetensorsWriter after =
            SafetensorsWriter.create(folder.resolve("v"), updates.stateSpecs(), Map.of());
        SafetensorsWriter model =
            SafetensorsWriter.create(folder.resolve("m"), updates.specs(), Map.of());
        SafetensorsFile other = models.store(Tensor.ofFloats("w", Shape.of(3), new float[3]))) {
      Map<String, ServerState> states = Map.of("velocity", new ServerState(other, after));

      assertThatThrownBy(
              () ->
                  new Aggregation(new FedAvgM(1, 0.5), 1)
                      .run(updates, states, model, Progress.SILENT))
          .isInstanceOf(KumiaiException.Invalid.class)
          .hasMessageContaining("[3]");
    }
  }

  @Test
  void stopsWhenNobodyWantsTheResult() throws IOException {
    Updates updates = Models.updates(models.update("a", 1, new float[20 * Pipeline.PIECE]));
    List<Double> fractions = new ArrayList<>();
    Progress twoSlabs =
        (fraction, _) -> {
          fractions.add(fraction);
          if (fractions.size() == 2) {
            throw new KumiaiException.Cancelled("enough");
          }
        };
    Path next = folder.resolve("next");

    try (SafetensorsWriter model = SafetensorsWriter.create(next, updates.specs(), Map.of())) {
      assertThatThrownBy(() -> new Aggregation(new FedAvg(), 2).run(updates, model, twoSlabs))
          .isInstanceOf(KumiaiException.Cancelled.class);
    }

    assertThat(fractions).containsExactly(0.05, 0.1);
    assertThat(next).doesNotExist();
  }

  @Test
  void reportsAFailureOfTheStrategyAsItIs() throws IOException {
    Updates updates = Models.updates(models.update("a", 1, 1));
    Strategy broken = new Broken();

    assertThatThrownBy(() -> models.next(broken, updates))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("broken");
  }

  @Test
  void needsMemoryForNoModel() throws IOException, InterruptedException {
    // A model of 64 MB in a process whose heap and native buffers together are smaller.
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx20m",
                "-XX:MaxDirectMemorySize=2m",
                "-cp",
                System.getProperty("java.class.path"),
                StrategiesBenchmark.class.getName(),
                "3",
                "16000000",
                "1",
                "2",
                "FEDAVG")
            .redirectErrorStream(true)
            .start();

    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(printed).isZero();
    assertThat(printed).contains("3 updates x 16,000,000 float32");
  }

  private Path momentum(Updates updates, @Nullable Path before, String name) throws IOException {
    Path next = folder.resolve("model-" + name);
    try (SafetensorsFile state = before == null ? null : SafetensorsFile.open(before);
        SafetensorsWriter model = SafetensorsWriter.create(next, updates.specs(), Map.of());
        SafetensorsWriter velocity =
            SafetensorsWriter.create(
                folder.resolve("velocity-" + name), updates.stateSpecs(), Map.of())) {
      Map<String, ServerState> states = Map.of("velocity", new ServerState(state, velocity));
      new Aggregation(new FedAvgM(1, 0.5), 2).run(updates, states, model, Progress.SILENT);
      velocity.finish();
      model.finish();
    }
    return next;
  }

  private static float[] values(Path file, String tensor) throws IOException {
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      return opened.weights().get(tensor).toFloats();
    }
  }

  private static final class Broken implements Strategy, Strategy.Combination {
    @Override
    public Compatibility compatibility() {
      return Compatibility.plain(false);
    }

    @Override
    public Combination prepare(Updates updates, Passes passes) {
      return this;
    }

    @Override
    public void combine(Block block) {
      throw new UnsupportedOperationException("broken");
    }

    @Override
    public long combine(long[] values) {
      return 0;
    }
  }
}
