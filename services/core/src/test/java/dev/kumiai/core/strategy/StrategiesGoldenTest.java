package dev.kumiai.core.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.SiteId;
import dev.kumiai.core.strategy.robust.Bulyan;
import dev.kumiai.core.strategy.robust.CenteredClipping;
import dev.kumiai.core.strategy.robust.CoordinateMedian;
import dev.kumiai.core.strategy.robust.GeometricMedian;
import dev.kumiai.core.strategy.robust.Krum;
import dev.kumiai.core.strategy.robust.MultiKrum;
import dev.kumiai.core.strategy.robust.NormClipping;
import dev.kumiai.core.strategy.robust.TrimmedMean;
import dev.kumiai.core.strategy.server.FedAdagrad;
import dev.kumiai.core.strategy.server.FedAdam;
import dev.kumiai.core.strategy.server.FedAvgM;
import dev.kumiai.core.strategy.server.FedBuff;
import dev.kumiai.core.strategy.server.FedDyn;
import dev.kumiai.core.strategy.server.FedExP;
import dev.kumiai.core.strategy.server.FedNova;
import dev.kumiai.core.strategy.server.FedYogi;
import dev.kumiai.core.strategy.server.QFedAvg;
import dev.kumiai.core.strategy.server.Scaffold;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.Shape;
import dev.kumiai.core.tensor.Tensor;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every strategy over three rounds agrees with NumPy. `make_golden.py`, beside the golden file,
/// made it from the papers' formulas.
class StrategiesGoldenTest {

  private static final int ROUNDS = 3;
  private static final int ALL_SITES = 16;
  private static final double RELATIVE = 1e-6;

  @TempDir private Path folder;

  private Models models;
  private ModelWeights golden;
  private int elements;
  private int sites;

  @BeforeEach
  void open() throws IOException, URISyntaxException {
    models = new Models(folder);
    Path file =
        Path.of(
            Objects.requireNonNull(
                    StrategiesGoldenTest.class.getResource("/strategies/strategies.safetensors"))
                .toURI());
    golden = SafetensorsFile.open(file).weights();
    elements = golden.get("global").toFloats().length;
    sites = golden.get("examples").toLongs().length;
  }

  static Stream<Arguments> cases() {
    return Stream.of(
        Arguments.of("fedavg", new FedAvg()),
        Arguments.of("fedavgm", new FedAvgM(0.7, 0.9)),
        Arguments.of("fedadam", FedAdam.DEFAULT),
        Arguments.of("fedyogi", FedYogi.DEFAULT),
        Arguments.of("fedadagrad", FedAdagrad.DEFAULT),
        Arguments.of("fednova", FedNova.DEFAULT),
        Arguments.of("fednova-momentum", new FedNova(0.9)),
        Arguments.of("fedexp", FedExP.DEFAULT),
        Arguments.of("qfedavg", QFedAvg.DEFAULT),
        Arguments.of("qfedavg-half", new QFedAvg(0.5, 0.01)),
        Arguments.of("scaffold", new Scaffold(0.5)),
        Arguments.of("feddyn", new FedDyn(0.05)),
        Arguments.of("fedbuff", new FedBuff(0.9)),
        Arguments.of("median", new CoordinateMedian()),
        Arguments.of("trimmed-mean", new TrimmedMean(2)),
        Arguments.of("krum", new Krum(2)),
        Arguments.of("multi-krum", new MultiKrum(2, 5)),
        Arguments.of("bulyan", new Bulyan(2)),
        Arguments.of("geometric-median", GeometricMedian.DEFAULT),
        Arguments.of("norm-clipping", NormClipping.DEFAULT),
        Arguments.of("centered-clipping", new CenteredClipping(2, 3)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void agreesWithNumPyOverRounds(String name, Strategy strategy) throws IOException {
    SafetensorsFile older = models.store(weights(golden.get("global").toFloats()));
    SafetensorsFile global = older;
    Map<String, SafetensorsFile> states = Map.of();
    for (int round = 0; round < ROUNDS; round++) {
      List<Update> updates = updates(strategy, round, global, older);

      Models.Next next = models.round(strategy, 2, Updates.of(global, updates, ALL_SITES), states);

      assertModel(name + "." + round, next.model().weights().get("w").toFloats());
      older = global;
      global = next.model();
      states = next.states();
    }
    for (Map.Entry<String, SafetensorsFile> state : states.entrySet()) {
      assertState(name + "." + state.getKey(), state.getValue().weights().get("w").toFloats());
    }
  }

  private List<Update> updates(
      Strategy strategy, int round, SafetensorsFile global, SafetensorsFile older)
      throws IOException {
    boolean asynchronous = strategy.compatibility().timing() == Compatibility.Timing.ASYNCHRONOUS;
    List<Update> updates = new ArrayList<>();
    for (int site = 0; site < sites; site++) {
      boolean stale = asynchronous && site % 3 == 0 && round > 0;
      float[] values = (stale ? older : global).weights().get("w").toFloats();
      float[] change = row("changes." + round, site);
      for (int i = 0; i < elements; i++) {
        values[i] += change[i];
      }
      Update update =
          new Update(
                  new SiteId("site-%02d".formatted(site)),
                  golden.get("examples").toLongs()[site],
                  models.store(tensors(strategy, round, site, values)))
              .withSteps(golden.get("steps." + round).toLongs()[site])
              .withInitialLoss(golden.get("losses." + round).toFloats()[site]);
      updates.add(stale ? update.withBase(new Update.Base(older, 1)) : update);
    }
    return updates;
  }

  private Tensor[] tensors(Strategy strategy, int round, int site, float[] values) {
    if (!strategy.compatibility().needs().contains(Compatibility.Need.CONTROL_VARIATES)) {
      return new Tensor[] {weights(values)};
    }
    float[] control = row("controls." + round, site);
    return new Tensor[] {
      weights(values), Tensor.ofFloats("control/w", Shape.of(elements), control)
    };
  }

  private Tensor weights(float[] values) {
    return Tensor.ofFloats("w", Shape.of(elements), values);
  }

  private float[] row(String tensor, int row) {
    return Arrays.copyOfRange(golden.get(tensor).toFloats(), row * elements, (row + 1) * elements);
  }

  /// Of a model relative to the element or, where that is near zero, to a hundredth of the largest.
  private void assertModel(String tensor, float[] actual) {
    assertClose(tensor, actual, 0.01);
  }

  /// Of a state relative to the largest element: a change is the difference of two models, and so
  /// has their rounding errors.
  private void assertState(String tensor, float[] actual) {
    assertClose(tensor, actual, 1);
  }

  private void assertClose(String tensor, float[] actual, double partOfLargest) {
    float[] expected = golden.get(tensor).toFloats();
    double largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < expected.length; i++) {
      double scale = Math.max(Math.abs(expected[i]), largest * partOfLargest);
      assertThat(Math.abs((double) actual[i] - expected[i]))
          .as("%s[%d]: %s for %s", tensor, i, actual[i], expected[i])
          .isLessThanOrEqualTo(RELATIVE * scale);
    }
  }
}
