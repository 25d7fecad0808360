package dev.kumiai.generation;

import dev.kumiai.core.Cost;
import dev.kumiai.core.Digest;
import dev.kumiai.core.quality.DropReason;
import dev.kumiai.core.quality.FilterCounts;
import dev.kumiai.core.quality.QualityReport;
import dev.kumiai.worker.generated.Rejection;
import dev.kumiai.worker.generated.SetReport;
import dev.kumiai.worker.generated.SetReport.OfClass;
import dev.kumiai.worker.generated.StoredSet;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import picocli.CommandLine.Command;

/// `generated show`.
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description = "Shows one set class by class, and how good it is.")
public final class GeneratedShowCommand extends GeneratedCommand.OfOneSet {

  /// That are named of those that a generator ignores.
  private static final int WORDS = 8;

  private static final SortedMap<String, FilterCounts> NOT_KNOWN = Collections.emptySortedMap();

  @Override
  void work(Digest plan) {
    StoredSet set = sets().finished(plan);
    Optional<QualityReport> quality = SetQuality.find(set.folder());
    print(head(set));
    print(classes(set.report(), quality.map(QualityReport::filtered).orElse(NOT_KNOWN)));
    print(List.of(""));
    print(quality.map(QualityText::of).orElseGet(() -> unmeasured(set)));
  }

  private static List<String> head(StoredSet set) {
    SetReport report = set.report();
    List<String> lines = new ArrayList<>();
    lines.add("plan       " + report.plan());
    lines.add("generator  " + report.generator());
    lines.add("guidance   " + report.guidance().name().toLowerCase(Locale.ROOT));
    lines.add("folder     " + set.folder());
    SetCost.find(set.folder())
        .ifPresent(cost -> lines.add("made       %s, %s".formatted(cost.newest(), spent(cost))));
    if (!report.unguided().isEmpty()) {
      lines.add("unguided   " + String.join(", ", report.unguided()));
    }
    if (report.ignoredWords().count() > 0) {
      lines.add("not known  " + report.ignoredWords().inWords(WORDS));
      lines.add("           words of the prompts that say nothing to the generator");
    }
    Rejection rejection = report.rejection();
    if (rejection != null) {
      lines.add("rejected   by %s on %s".formatted(rejection.by(), rejection.at()));
    }
    lines.add("");
    return lines;
  }

  private static String spent(SetCost cost) {
    Cost spent = cost.spent();
    List<String> all = new ArrayList<>();
    all.add(String.format(Locale.ROOT, "in %.1f s", spent.seconds()));
    if (spent.calls() > 0) {
      all.add(spent.calls() + (spent.calls() == 1 ? " call" : " calls"));
    }
    if (spent.money() != null) {
      all.add(spent.money().toPlainString() + " " + spent.currency());
    }
    if (spent.joules() != null) {
      all.add(String.format(Locale.ROOT, "%.0f J", spent.joules()));
    }
    return String.join(", ", all);
  }

  /// @param filtered by class, what the filters said; empty where that is not known
  private static List<String> classes(SetReport report, Map<String, FilterCounts> filtered) {
    SortedMap<DropReason, Integer> dropped = report.dropped();
    List<String> titles = new ArrayList<>(List.of("Class", "Budget", "Kept", "Rejected", "Drawn"));
    if (!filtered.isEmpty()) {
      titles.add("Unjudged");
    }
    for (DropReason reason : dropped.keySet()) {
      String word = GeneratedCommand.word(reason);
      titles.add(reason == dropped.firstKey() ? "Dropped: " + word : word);
    }
    TextTable table = new TextTable(titles.toArray(String[]::new));
    report
        .classes()
        .forEach((label, of) -> table.row(cells(label, of, filtered, dropped.keySet())));
    List<String> lines = new ArrayList<>(table.lines());
    if (!filtered.isEmpty()) {
      lines.add(
          "  Unjudged  not dropped, and nobody here could tell whether they show their class");
    }
    return lines;
  }

  private static List<String> cells(
      String label, OfClass of, Map<String, FilterCounts> filtered, Set<DropReason> reasons) {
    List<String> cells = new ArrayList<>(List.of(label));
    for (int number : new int[] {of.budget(), of.kept(), of.rejected(), of.drawn()}) {
      cells.add(String.valueOf(number));
    }
    if (!filtered.isEmpty()) {
      cells.add(String.valueOf(filtered.getOrDefault(label, FilterCounts.NONE).unjudged()));
    }
    reasons.forEach(reason -> cells.add(String.valueOf(of.dropped().getOrDefault(reason, 0))));
    return cells;
  }

  private static List<String> unmeasured(StoredSet set) {
    return Files.exists(set.folder().resolve(SetQuality.NAME))
        ? List.of("Quality: not known, " + SetQuality.NAME + " of the set cannot be read")
        : List.of(
            "Quality: not measured, the set was made with kumiai.generation.measures=false (docs/quality.md)");
  }
}
