package dev.kumiai.engine.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.KumiaiException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class WordListTest {

  private static final WordList WORDS = new WordList(List.of("bright", "dim", "sand-cast"), 4);

  @Test
  void readsAPromptWhateverItsCaseAndPunctuation() {
    assertThat(WORDS.read("A crack in SAND-CAST metal; dim, dim light.")).containsExactly(1, 2);
    assertThat(WORDS.read("")).isEmpty();
  }

  @Test
  void saysWhichWordsSayNothing() {
    assertThat(WORDS.ignored("Bright light on shot-blasted metal, bright LIGHT"))
        .containsExactly("light", "on", "shot-blasted", "metal");
    assertThat(WordList.NONE.ignored("dim light")).containsExactly("dim", "light");
  }

  @Test
  void learnsTheWordsThatOccurOftenEnough() {
    // Given a word in 8 captions, one that is twice in each of 7, and a caption without words
    List<String> captions = new ArrayList<>(Collections.nCopies(8, "Bright"));
    captions.addAll(Collections.nCopies(7, "dim dim"));
    captions.add("");

    // When / Then
    assertThat(WordList.of(captions).words()).containsExactly("bright");
    assertThat(WordList.of(List.of("", ""))).isEqualTo(WordList.NONE);
  }

  @Test
  void refusesMoreWordsThanAGeneratorLearns() {
    StringBuilder caption = new StringBuilder();
    for (int i = 0; i < 1025; i++) {
      caption.append(" word").append(i);
    }
    assertThatThrownBy(() -> WordList.of(Collections.nCopies(8, caption.toString())))
        .isInstanceOfSatisfying(
            KumiaiException.Invalid.class, e -> assertThat(e.code()).isEqualTo("captions-too-rich"))
        .hasMessageContainingAll("1025 words", "1024");
  }
}
