package dev.kumiai.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StyleTest {

  @Test
  void codesTakeNoColumns() {
    assertThat(Style.width(Style.BOLD.apply("four") + " more")).isEqualTo(9);
  }

  @Test
  void keepsWhatFits() {
    assertThat(Style.cut("exactly", 7, "…")).isEqualTo("exactly");
  }

  @Test
  void cutsVisibleColumnsAndEndsTheStyle() {
    String cut = Style.cut("ab" + Style.GOOD.apply("cdef") + "gh", 5, "…");

    assertThat(cut).isEqualTo("ab\u001b[32mcd\u001b[0m…");
  }

  @Test
  void cutsToNothingWhereThereIsNoRoom() {
    assertThat(Style.cut("anything", 0, "...")).isEmpty();
  }
}
