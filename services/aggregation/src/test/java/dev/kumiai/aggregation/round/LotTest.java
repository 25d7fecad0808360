package dev.kumiai.aggregation.round;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.RunSeed;
import dev.kumiai.core.SiteId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LotTest {

  private static final RunSeed SEED = new RunSeed(42);
  private static final List<SiteId> SITES =
      IntStream.range(0, 20).mapToObj(i -> new SiteId("s" + i)).toList();

  @Test
  void drawsEverySiteOnceWhateverTheOrderOfTheAsking() {
    List<SiteId> drawn = Lot.draw(SEED, 3, SITES);

    assertThat(drawn).containsExactlyInAnyOrderElementsOf(SITES);
    assertThat(Lot.draw(SEED, 3, SITES.reversed())).isEqualTo(drawn);
  }

  @Test
  void drawsAnewForEveryRoundAndEverySeed() {
    assertThat(List.of(Lot.draw(SEED, 1, SITES), Lot.draw(SEED, 2, SITES)))
        .doesNotHaveDuplicates()
        .doesNotContain(Lot.draw(new RunSeed(43), 1, SITES));
  }

  @Test
  void whoIsLeftOutDoesNotChangeTheOrderOfTheOthers() {
    List<SiteId> drawn = Lot.draw(SEED, 1, SITES);
    SiteId out = drawn.get(4);

    assertThat(Lot.draw(SEED, 1, SITES.stream().filter(site -> !site.equals(out)).toList()))
        .isEqualTo(drawn.stream().filter(site -> !site.equals(out)).toList());
  }

  /// Over 2,000 rounds of 5 out of 20 a site is drawn 500 times, give or take 5 standard deviations
  /// of 19.4.
  @Test
  void drawsEverySiteAboutAsOften() {
    Map<SiteId, Integer> often = new HashMap<>();
    for (int round = 1; round <= 2_000; round++) {
      Lot.draw(SEED, round, SITES).stream()
          .limit(5)
          .forEach(site -> often.merge(site, 1, Integer::sum));
    }

    assertThat(often).hasSize(20).allSatisfy((_, times) -> assertThat(times).isBetween(400, 600));
  }
}
