package dev.kumiai.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.kumiai.cli.terminal.Table.Column;
import org.junit.jupiter.api.Test;

class TableTest {

  private final Terminal terminal = new Screens().plain();

  @Test
  void alignsColumnsToTheirWidestCell() {
    Table table =
        new Table(Column.left("Site"), Column.right("Samples"))
            .row("plant-one", "7")
            .row("b", "12345678");

    assertThat(table.lines(terminal))
        .containsExactly(
            "Site        Samples", //
            "───────────────────",
            "plant-one         7",
            "b          12345678");
  }

  @Test
  void stylesTakeNoRoom() {
    Table table = new Table(Column.left("A"), Column.left("B")).row(Style.GOOD.apply("xx"), "y");

    assertThat(table.width()).isEqualTo(5);
    assertThat(table.lines(terminal).getLast()).isEqualTo("\u001b[32mxx\u001b[0m  y");
  }

  @Test
  void refusesARowOfAnotherWidth() {
    Table table = new Table(Column.left("A"), Column.left("B"));

    assertThatIllegalArgumentException().isThrownBy(() -> table.row("only one"));
  }
}
