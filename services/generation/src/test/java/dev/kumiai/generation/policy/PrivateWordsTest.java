package dev.kumiai.generation.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.KumiaiException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PrivateWordsTest {

  private static final PrivateWords WORDS =
      new PrivateWords(
          List.of("Acme", "Müller", "Werk 7", "Werk 7 Nord", "Straße"), List.of("zx81"), "item");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a pump by Acme, dim | a pump by item, dim",
        "ACME | item",
        "acme's acme-pump | item's item-pump",
        "acme_pump | item_pump",
        "(Acme) | (item)",
        "Acmeville, acme2, xacme | Acmeville, acme2, xacme",
        "MÜLLER, muller, Mu\u0308ller | item, item, item",
        "the werk\u00a0 7, WERK 7 NORD | the item, item",
        "Ac\u00adme, A\u200bcme | item, item",
        "ＡＣＭＥ, 𝐀𝐜𝐦𝐞 | item, item",
        "STRASSE, straße | item, item",
        "azx81b ZX81 Z\u0301x81 | aitemb item item"
      })
  void areFoundInEveryCaseAndSpelling(String text, String scrubbed) {
    assertThat(WORDS.scrub(text)).isEqualTo(scrubbed);
    assertThat(WORDS.isIn(scrubbed)).isFalse();
    assertThat(WORDS.isIn(text)).isEqualTo(!text.equals(scrubbed));
  }

  @Test
  void whatIsNotPrivateStaysAsItIs() {
    String text = "a deep pit in grey iron, hard light from the left; 3 mm, ½ turn";

    assertThat(WORDS.scrub(text))
        .isEqualTo("a deep pit in grey iron, hard light from the left; 3 mm, 1⁄2 turn");
    assertThat(new PrivateWords(List.of(), List.of(), "item").scrub("Acme")).isEqualTo("Acme");
  }

  @Test
  void aTextThatReplacingMakesPrivateDoesNotLeave() {
    PrivateWords words = new PrivateWords(List.of("part x"), List.of("q"), "part");

    assertThat(words.scrub("a q")).isEqualTo("a part");
    assertThatThrownBy(() -> words.scrub("a q x"))
        .isInstanceOf(KumiaiException.Invalid.class)
        .extracting("code")
        .isEqualTo("private-words-left");
  }

  @Test
  void aReplacementIsNeutral() {
    assertThatThrownBy(() -> new PrivateWords(List.of("Acme"), List.of(), "the ACME"))
        .hasMessageContaining("replacement");
    assertThatThrownBy(() -> new PrivateWords(List.of("Acme"), List.of(), " "))
        .hasMessageContaining("replacement");
    assertThatThrownBy(() -> new PrivateWords(List.of("\u00ad"), List.of(), "item"))
        .hasMessageContaining("empty private word");
  }
}
