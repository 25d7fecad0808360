package dev.kumiai.engine.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.engine.data.LabelledImages;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CandidatesTest {

  @Test
  void asManyOfEachClassAreAskedAboutOnBothSides() {
    Candidates candidates =
        Candidates.matched(Bars.of(1, 20, 3, 7), Bars.of(2, 5, 9, 0), Integer.MAX_VALUE);

    Map<String, Integer> both = Map.of("high", 5, "low", 3, "middle", 0, "none", 0);
    assertThat(candidates.members().countByName()).isEqualTo(both);
    assertThat(candidates.others().countByName()).isEqualTo(both);
    assertThat(candidates.rest().countByName())
        .isEqualTo(Map.of("high", 15, "low", 6, "middle", 7, "none", 0));
  }

  @Test
  void aLimitIsSharedOutByClassAndTakesImagesFromBeginningToEnd() {
    LabelledImages members = Bars.of(1, 40, 20, 0);
    Candidates candidates = Candidates.matched(members, Bars.of(2, 40, 20, 5), 12);

    Map<String, Integer> both = Map.of("high", 8, "low", 4, "middle", 0, "none", 0);
    assertThat(candidates.members().countByName()).isEqualTo(both);
    assertThat(candidates.others().countByName()).isEqualTo(both);
    List<Digest> asked = digests(Bars.ofClass("low", candidates.members()));
    List<Digest> all = digests(Bars.ofClass("low", members));
    assertThat(asked).containsExactly(all.get(4), all.get(9), all.get(14), all.get(19));
  }

  private static List<Digest> digests(LabelledImages images) {
    return IntStream.range(0, images.size()).mapToObj(images::contentDigest).toList();
  }

  @Test
  void noImageIsBothMemberAndOther() {
    LabelledImages members = Bars.of(1, 10, 10, 0);
    LabelledImages others = Bars.of(2, 10, 10, 0).plus(Bars.first(2, members));

    assertThatThrownBy(() -> Candidates.matched(members, others, 100))
        .isInstanceOf(KumiaiException.Invalid.class)
        .hasMessageContaining("2 of the 22 others are among the members");
  }

  @Test
  void withoutACommonClassThereIsNothingToAskAbout() {
    assertThatThrownBy(() -> Candidates.matched(Bars.of(1, 9, 0, 0), Bars.of(2, 0, 9, 0), 100))
        .isInstanceOf(KumiaiException.Invalid.class)
        .extracting("code")
        .isEqualTo("attack-without-images");
  }
}
