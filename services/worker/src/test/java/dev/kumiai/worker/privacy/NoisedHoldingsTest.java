package dev.kumiai.worker.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.core.privacy.CountNoise;
import dev.kumiai.core.privacy.Rational;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.protocol.site.DatasetCounts;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.worker.SiteFolder;
import dev.kumiai.worker.TaskResult;
import dev.kumiai.worker.TaskWork;
import dev.kumiai.worker.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NoisedHoldingsTest {

  private static final SiteId SITE = new SiteId("north");
  private static final CountNoise HALF = new CountNoise.Laplace(Rational.of(1, 2));
  private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");

  @TempDir private Path folder;

  /// What the site holds at the moment.
  private final AtomicReference<List<DatasetCounts>> held =
      new AtomicReference<>(List.of(counts("parts", 500, 3)));

  private static DatasetCounts counts(String dataset, int pits, int scratches) {
    return new DatasetCounts(dataset, Map.of("pit", pits, "scratch", scratches), 1);
  }

  private List<DatasetCounts> announce(CountNoise noise, double budget, long seed) {
    TaskWork work =
        new TaskWork() {
          @Override
          public Set<TaskKind> kinds() {
            return Set.of(TaskKind.TRAIN);
          }

          @Override
          public List<DatasetCounts> holdings(SiteId site, SiteFolder folder) {
            return held.get();
          }

          @Override
          public TaskResult perform(ClaimedTask task, Workbench bench) {
            throw new IllegalStateException("nothing is performed here");
          }
        };
    NoisedHoldings.Setting setting =
        new NoisedHoldings.Setting(
            noise,
            budget,
            1e-6,
            RandomGeneratorFactory.of("L64X128MixRandom").create(seed),
            Clock.fixed(NOW, ZoneOffset.UTC));
    return new NoisedHoldings(work, setting).holdings(SITE, new SiteFolder(folder));
  }

  private Path ledger() {
    return folder.resolve("privacy.jsonl");
  }

  private List<String> lines() throws IOException {
    return Files.readAllLines(ledger());
  }

  @Test
  void whatIsAnnouncedIsBookedFirst() throws IOException {
    DatasetCounts announced = announce(HALF, 1, 1).getFirst();

    assertThat(announced.dataset()).isEqualTo("parts");
    assertThat(announced.perClass()).containsOnlyKeys("pit", "scratch");
    assertThat(announced).isNotEqualTo(counts("parts", 500, 3));
    assertThat(announced.perClass().get("pit")).isBetween(440, 560);
    Spending line = KumiaiJson.mapper().readValue(lines().getFirst(), Spending.class);
    assertThat(line.at()).isEqualTo(NOW);
    assertThat(line.what()).isEqualTo("the class counts of data set 'parts'");
    assertThat(line.mechanism()).isEqualTo("discrete-laplace");
    assertThat(line.sensitivity()).isEqualTo(1);
    assertThat(line.epsilon()).isEqualTo(0.5);
    assertThat(line.rho()).isZero();
    assertThat(line.released())
        .containsEntry("class pit", announced.perClass().get("pit"))
        .containsEntry("class scratch", announced.perClass().get("scratch"))
        .containsEntry("unreadable", announced.unreadable());
  }

  /// Noise that is drawn anew for the same numbers could be averaged away.
  @Test
  void announcingTheSameAgainSpendsNothingAndSaysTheSame() throws IOException {
    List<DatasetCounts> first = announce(HALF, 1, 1);

    for (int seed = 2; seed < 12; seed++) {
      assertThat(announce(HALF, 1, seed)).isEqualTo(first);
    }
    assertThat(lines()).hasSize(1);
  }

  @Test
  void changedDataSpendsAgainUntilTheBudgetIsSpent() throws IOException {
    announce(HALF, 1, 1);
    held.set(List.of(counts("parts", 501, 3)));
    announce(HALF, 1, 2);
    held.set(List.of(counts("parts", 502, 3)));

    assertThatThrownBy(() -> announce(HALF, 1, 3))
        .isInstanceOf(KumiaiException.Forbidden.class)
        .hasMessageContaining("has spent epsilon 1.000 of its privacy budget of 1.000")
        .extracting(e -> ((KumiaiException) e).code())
        .isEqualTo("privacy-budget-spent");
    assertThat(lines()).hasSize(2);
    held.set(List.of(counts("parts", 500, 3)));
    assertThat(announce(HALF, 1, 4)).hasSize(1);
  }

  @Test
  void everyDataSetIsPaidForAndNothingIsHalfBooked() throws IOException {
    held.set(List.of(counts("parts", 500, 3), counts("castings", 500, 3)));

    assertThat(announce(HALF, 1, 1)).extracting(DatasetCounts::dataset).hasSize(2);
    assertThat(lines()).hasSize(2);
    held.set(List.of(counts("parts", 1, 3)));
    assertThatThrownBy(() -> announce(HALF, 1.4, 1)).hasMessageContaining("would take it to 1.500");
    assertThat(lines()).hasSize(2);
  }

  @Test
  void gaussianNoiseIsBookedAsConcentrated() throws IOException {
    CountNoise noise = new CountNoise.Gaussian(Rational.of(1, 8));

    announce(noise, 10, 1);

    Spending line = KumiaiJson.mapper().readValue(lines().getFirst(), Spending.class);
    assertThat(line.mechanism()).isEqualTo("discrete-gaussian");
    assertThat(line.epsilon()).isZero();
    assertThat(line.rho()).isEqualTo(0.125);
    held.set(List.of(counts("parts", 1, 3)));
    // 0.25 + 2 sqrt(0.25 * log(1e6)) = 3.967
    assertThatThrownBy(() -> announce(noise, 3.96, 1)).hasMessageContaining("take it to 3.967");
    announce(noise, 3.97, 1);
    assertThat(lines()).hasSize(2);
  }

  @Test
  void countsAreNeverNegative() {
    for (int seed = 0; seed < 30; seed++) {
      held.set(List.of(counts("parts-" + seed, 0, 1)));

      DatasetCounts announced = announce(HALF, 100, seed).getFirst();
      assertThat(announced.perClass().values()).allMatch(count -> count >= 0);
      assertThat(announced.unreadable()).isNotNegative();
    }
  }

  /// On average what is announced is what is there: 200 draws of deviation 2.8 err by 0.2.
  @Test
  void noiseHasNoBias() {
    List<Integer> announced = new ArrayList<>();
    IntStream.range(0, 200)
        .forEach(
            seed -> {
              held.set(List.of(counts("parts-" + seed, 1_000, 500)));
              announced.add(announce(HALF, 1_000, seed).getFirst().perClass().get("pit"));
            });

    double mean = announced.stream().mapToInt(Integer::intValue).average().orElseThrow();
    assertThat(mean).isBetween(999.0, 1_001.0);
    assertThat(announced.stream().distinct()).hasSizeGreaterThan(5);
  }

  @Test
  void aLineThatACrashCutOffIsTakenAway() throws IOException {
    List<DatasetCounts> first = announce(HALF, 1, 1);
    Files.writeString(ledger(), "{\"at\":\"2026-11-2", StandardOpenOption.APPEND);

    assertThat(announce(HALF, 1, 2)).isEqualTo(first);
    assertThat(lines()).hasSize(1);
    held.set(List.of(counts("parts", 501, 3)));
    announce(HALF, 1, 3);
    assertThat(lines())
        .hasSize(2)
        .allMatch(line -> line.startsWith("{\"at\"") && line.endsWith("}"));
  }

  @Test
  void aDamagedLedgerIsNotTakenForAnEmptyOne() throws IOException {
    announce(HALF, 1, 1);
    Files.writeString(ledger(), "nonsense\n", StandardOpenOption.APPEND);

    assertThatThrownBy(() -> announce(HALF, 1, 2))
        .isInstanceOf(KumiaiException.Invalid.class)
        .hasMessageContaining("line 2 of privacy.jsonl is no entry of a privacy ledger");
  }
}
