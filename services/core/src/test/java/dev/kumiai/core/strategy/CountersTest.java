package dev.kumiai.core.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.SiteId;
import dev.kumiai.core.strategy.catalogue.StrategyKind;
import dev.kumiai.core.tensor.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CountersTest {

  @TempDir private Path folder;

  private Models models;

  @BeforeEach
  void store() {
    models = new Models(folder);
  }

  @Test
  void mediansAndTrimmedMeansAreExact() {
    long most = Long.MAX_VALUE;

    assertThat(Counters.median(new long[] {5, 1, 3})).isEqualTo(3);
    assertThat(Counters.median(new long[] {most, most - 2})).isEqualTo(most - 1);
    assertThat(Counters.median(new long[] {1, 2})).isEqualTo(2); // to the even one
    assertThat(Counters.median(new long[] {Long.MIN_VALUE, most, 7})).isEqualTo(7);
    assertThat(Counters.trimmedMean(new long[] {most, 4, 1, -most, 1}, 1)).isEqualTo(2);
    assertThat(Counters.trimmedMean(new long[] {most, most, most}, 0)).isEqualTo(most);
  }

  /// Seven sites with 1 to 6 and 1,000 batches and as many examples, all with the same floats.
  @ParameterizedTest
  @CsvSource({
    "FEDAVG, 980",
    "FEDADAM, 980",
    "FEDNOVA, 980",
    "FEDEXP, 980",
    "QFEDAVG, 146",
    "FEDBUFF, 146",
    "FEDDYN, 146",
    "MEDIAN, 4",
    "TRIMMED_MEAN, 4",
    "KRUM, 1",
    "MULTI_KRUM, 2",
    "BULYAN, 3",
    "GEOMETRIC_MEDIAN, 4",
    "NORM_CLIPPING, 4",
    "CENTERED_CLIPPING, 4"
  })
  void everyStrategyHasItsRule(StrategyKind kind, long expected) throws IOException {
    float[] w = {1, 2};
    SafetensorsFile global = models.storeQuickly(w, new long[] {0});
    List<Update> updates = new ArrayList<>();
    for (long n : new long[] {1, 2, 3, 4, 5, 6, 1_000}) {
      SafetensorsFile weights = models.storeQuickly(w, new long[] {n});
      updates.add(
          new Update(new SiteId("site-" + updates.size()), n, weights)
              .withSteps(n)
              .withInitialLoss((double) n));
    }

    Models.Next next =
        models.round(kind.strategy(Map.of()), 1, Updates.of(global, updates), Map.of());

    assertThat(next.model().weights().get("n").toLongs()).containsExactly(expected);
  }
}
