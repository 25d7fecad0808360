package dev.kumiai.core.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IgnoredWordsTest {

  @Test
  void namesFirstWhatMostSamplesWereTold() {
    IgnoredWords ignored = IgnoredWords.of(Map.of("photo", 3, "of", 7, "a", 7, "lens", 1));

    assertThat(ignored).isEqualTo(new IgnoredWords(4, List.of("a", "of", "photo", "lens")));
  }

  @Test
  void countsWhatItDoesNotName() {
    Map<String, Integer> many = new HashMap<>();
    for (int i = 0; i < 200; i++) {
      many.put("w" + i, i);
    }
    many.put("x".repeat(IgnoredWords.LONGEST_NAMED + 1), 1_000);

    IgnoredWords ignored = IgnoredWords.of(many);

    assertThat(ignored.count()).isEqualTo(201);
    assertThat(ignored.most())
        .hasSize(IgnoredWords.MOST_NAMED)
        .startsWith("w199", "w198")
        .endsWith("w150");
  }

  @Test
  void saysInWordsHowManyMoreThereAre() {
    IgnoredWords four = IgnoredWords.of(Map.of("a", 4, "b", 3, "c", 2, "d", 1));

    assertThat(four.inWords(4)).isEqualTo("a, b, c, d");
    assertThat(four.inWords(2)).isEqualTo("a, b and 2 more");
    assertThat(four.naming("c"::equals).inWords(2)).isEqualTo("c and 3 more");
    assertThat(four.naming("x"::equals).inWords(2)).isEqualTo("4");
    assertThat(IgnoredWords.NONE.inWords(2)).isEmpty();
  }
}
