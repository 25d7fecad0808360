package dev.kumiai.cli.pilot;

import dev.kumiai.core.Cost;
import dev.kumiai.protocol.pilot.PilotReport.ArmReport;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the runs of each arm took: time, bytes, and what the generator told of its work.
final class CostTable {

  private CostTable() {}

  static String html(List<ArmReport> arms) {
    boolean told = arms.stream().anyMatch(arm -> arm.cost().generator() != null);
    List<String> heads =
        new ArrayList<>(
            List.of(
                "Arm",
                "From start to end",
                "Generation",
                "Training",
                "Sent by sites",
                "Sent to sites"));
    if (told) {
      heads.addAll(List.of("Generator at work", "Calls", "Money", "Energy"));
    }
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
      if (told) {
        row.addAll(generator(arm.cost().generator()));
      }
      rows.add(row);
    }
    return Html.table(heads, rows)
        + Html.paragraph(
            "Means over the runs of an arm, on this machine, of all sites together. An arm whose generated set was made for another arm before takes no time to make it again; the generator's work is then that of the first time. Generation sends nothing but counts.");
  }

  private static List<String> generator(@Nullable Cost cost) {
    if (cost == null) {
      return List.of("-", "-", "-", "-");
    }
    return List.of(
        Numbers.seconds(cost.seconds()),
        cost.calls() == 0 ? "-" : String.valueOf(cost.calls()),
        cost.money() == null
            ? "-"
            : Html.text(cost.money().toPlainString() + " " + cost.currency()),
        cost.joules() == null ? "-" : Numbers.joules(cost.joules()));
  }
}
