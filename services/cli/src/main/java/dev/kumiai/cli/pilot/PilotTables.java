package dev.kumiai.cli.pilot;

import dev.kumiai.cli.run.Words;
import dev.kumiai.cli.terminal.Style;
import dev.kumiai.cli.terminal.Table;
import dev.kumiai.cli.terminal.Table.Column;
import dev.kumiai.cli.terminal.Terminal;
import dev.kumiai.protocol.pilot.AttackReport;
import dev.kumiai.protocol.pilot.PilotReport;
import dev.kumiai.protocol.pilot.PilotReport.ArmReport;
import dev.kumiai.protocol.pilot.PilotReport.Estimate;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a pilot ends with on a terminal: its arms and its verdict.
final class PilotTables {

  private final Terminal terminal;

  PilotTables(Terminal terminal) {
    this.terminal = terminal;
  }

  /// @param attack null where the models were not attacked
  void print(PilotReport report, @Nullable AttackReport attack) {
    terminal.print("");
    terminal.print(terminal.paint(Style.ACCENT, "Accuracy of the last model, mean over seeds"));
    Table table =
        new Table(
            Column.left("Arm"),
            Column.left("Adds"),
            Column.right("Seeds"),
            Column.right("Accuracy"),
            Column.right("Worst class"),
            Column.right("Worst site"));
    for (ArmReport arm : report.arms()) {
      Estimate accuracy = arm.accuracy();
      table.row(
          arm.arm().text(),
          Arms.adds(arm.arm(), arm.amount()),
          accuracy == null ? "0" : String.valueOf(accuracy.count()),
          withMargin(accuracy),
          percent(arm.worstClass()),
          percent(arm.worstSite()));
    }
    terminal.print(table.lines(terminal));
    if (attack != null) {
      print(new AttackTable(attack));
    }
    terminal.print("");
    terminal.print(verdict(report.verdict()));
    report
        .verdict()
        .reasons()
        .forEach(reason -> terminal.print("  " + terminal.glyphs().dot() + " " + reason));
  }

  private void print(AttackTable attack) {
    terminal.print("");
    terminal.print(
        terminal.paint(Style.ACCENT, "Membership inference: who was the model trained on?"));
    Table table =
        new Table(
            AttackTable.HEADS.stream()
                .map(
                    head ->
                        AttackTable.HEADS.indexOf(head) < 2
                            ? Column.left(head)
                            : Column.right(head))
                .toList());
    attack.rows().forEach(table::row);
    terminal.print(table.lines(terminal));
    attack
        .sentences()
        .forEach(sentence -> terminal.print("  " + terminal.glyphs().dot() + " " + sentence));
  }

  private String verdict(PilotReport.VerdictView verdict) {
    return switch (verdict.decision()) {
      case GO ->
          terminal.paint(Style.GOOD, "GO")
              + (verdict.amount() == null ? "" : " with " + verdict.amount().inWords());
      case NO_GO -> terminal.paint(Style.BAD, "NO-GO");
      case UNDECIDED ->
          terminal.paint(Style.ACCENT, "UNDECIDED")
              + (verdict.moreSeeds() == null || verdict.moreSeeds() == 0
                  ? ""
                  : ": about " + Words.count(verdict.moreSeeds(), "more seed", "more seeds"));
    };
  }

  private static String percent(@Nullable Estimate estimate) {
    return Words.percent(estimate == null ? null : estimate.mean());
  }

  private static String withMargin(@Nullable Estimate estimate) {
    if (estimate == null || estimate.upper() == null) {
      return percent(estimate);
    }
    return "%s ± %s"
        .formatted(
            percent(estimate),
            String.format(Locale.ROOT, "%.1f", 100 * (estimate.upper() - estimate.mean())));
  }
}
