package dev.kumiai.cli.pilot;

import dev.kumiai.core.Cost;
import dev.kumiai.protocol.pilot.PilotReport.ArmReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What the runs of each arm took: time, bytes, and what the generator told of its work.
final class CostTable {

  /// What generators tell of their work, each told in a column where any arm has it.
  private static final List<Told> TOLD =
      List.of(
          new Told("Generator at work", cost -> Numbers.seconds(cost.seconds())),
          new Told("Calls", cost -> cost.calls() == 0 ? null : String.valueOf(cost.calls())),
          new Told(
              "Money",
              cost ->
                  cost.money() == null
                      ? null
                      : Html.text(cost.money().toPlainString() + " " + cost.currency())),
          new Told("Energy", cost -> cost.joules() == null ? null : Numbers.joules(cost.joules())));

  private record Told(String head, Function<Cost, @Nullable String> of) {
    @Nullable String of(ArmReport arm) {
      Cost cost = arm.cost().generator();
      return cost == null ? null : of.apply(cost);
    }
  }

  private CostTable() {}

  static String html(List<ArmReport> arms) {
    List<Told> told =
        TOLD.stream()
            .filter(column -> arms.stream().anyMatch(arm -> column.of(arm) != null))
            .toList();
    List<String> heads =
        new ArrayList<>(
            List.of(
                "Arm",
                "From start to end",
                "Generation",
                "Training",
                "Sent by sites",
                "Sent to sites"));
    told.forEach(column -> heads.add(column.head()));
    List<List<String>> rows = new ArrayList<>();
    for (ArmReport arm : arms) {
      List<String> row =
          new ArrayList<>(
              List.of(
                  Html.text(arm.arm().text()),
                  Numbers.seconds(arm.cost().seconds()),
                  Numbers.seconds(arm.cost().generationSeconds()),
                  Numbers.seconds(arm.cost().trainingSeconds()),
                  Numbers.bytes(arm.cost().bytesUp()),
                  Numbers.bytes(arm.cost().bytesDown())));
      told.forEach(column -> row.add(Objects.requireNonNullElse(column.of(arm), "-")));
      rows.add(row);
    }
    return Html.table(heads, rows)
        + Html.paragraph(
            "Means over the runs of an arm, on this machine, of all sites together. An arm whose generated set was made for another arm before takes no time to make it again; the generator's work is then that of the first time. Generation sends nothing but counts.");
  }
}
