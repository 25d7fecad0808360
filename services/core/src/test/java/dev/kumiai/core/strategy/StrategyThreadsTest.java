package dev.kumiai.core.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Digest;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.strategy.catalogue.StrategyKind;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.Shape;
import dev.kumiai.core.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every strategy, over two rounds of a model of several pieces and blocks, has the same bits in
/// its model and its states for any number of threads and any order of arrival.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StrategyThreadsTest {

  private static final int SITES = 7;

  private Models models = new Models(Path.of(""));
  private final List<Tensor> global = new ArrayList<>();
  private final List<Update> updates = new ArrayList<>();
  private final List<Update> updatesWithControls = new ArrayList<>();

  @BeforeAll
  void store(@TempDir Path folder) throws IOException {
    models = new Models(folder);
    Random random = new Random(1);
    global.addAll(tensors("", random));
    for (int site = 0; site < SITES; site++) {
      List<Tensor> weights = tensors("", random);
      updates.add(update(site, weights));
      List<Tensor> all = new ArrayList<>(weights);
      all.addAll(tensors(Updates.CONTROL_PREFIX, random));
      updatesWithControls.add(update(site, all));
    }
  }

  private Update update(int site, List<Tensor> tensors) throws IOException {
    return new Update(
            new SiteId("site-" + site), 1 + site, models.store(tensors.toArray(Tensor[]::new)))
        .withSteps(1 + site)
        .withInitialLoss(0.1 + site);
  }

  private static List<Tensor> tensors(String prefix, Random random) {
    List<Tensor> tensors = new ArrayList<>();
    for (int elements : new int[] {2 * Pipeline.PIECE + 777, 1, 0, Block.CAPACITY}) {
      float[] values = new float[elements];
      for (int i = 0; i < elements; i++) {
        values[i] = (float) random.nextGaussian();
      }
      tensors.add(Tensor.ofFloats(prefix + "w" + elements, Shape.of(elements), values));
    }
    return tensors;
  }

  @ParameterizedTest
  @EnumSource
  void changeNoBit(StrategyKind kind) throws IOException {
    Strategy strategy = kind.strategy(Map.of());
    boolean controls =
        strategy.compatibility().needs().contains(Compatibility.Need.CONTROL_VARIATES);
    List<Update> arrived = new ArrayList<>(controls ? updatesWithControls : updates);

    Map<String, Digest> expected = twoRounds(strategy, 1, arrived);
    Collections.shuffle(arrived, new Random(kind.name().length()));

    assertThat(twoRounds(strategy, 3, arrived)).isEqualTo(expected);
  }

  private Map<String, Digest> twoRounds(Strategy strategy, int threads, List<Update> arrived)
      throws IOException {
    SafetensorsFile start = models.store(global.toArray(Tensor[]::new));
    Models.Next first =
        models.round(strategy, threads, Updates.of(start, arrived, SITES + 2), Map.of());
    Models.Next second =
        models.round(
            strategy, threads, Updates.of(first.model(), arrived, SITES + 2), first.states());
    Map<String, Digest> digests = new LinkedHashMap<>();
    digests.put("", Digest.of(second.file()));
    for (Map.Entry<String, Path> state : second.stateFiles().entrySet()) {
      digests.put(state.getKey(), Digest.of(state.getValue()));
    }
    return digests;
  }
}
