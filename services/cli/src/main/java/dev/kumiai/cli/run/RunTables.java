package dev.kumiai.cli.run;

import dev.kumiai.cli.terminal.Style;
import dev.kumiai.cli.terminal.Table;
import dev.kumiai.cli.terminal.Table.Column;
import dev.kumiai.cli.terminal.Terminal;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.run.RoundView;
import dev.kumiai.protocol.run.RunSiteView;
import dev.kumiai.protocol.run.RunSiteView.Faults;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The tables that a run ends with.
public final class RunTables {

  private static final int BAR_CELLS = 24;

  /// Whoever wants to read on asks the API.
  private static final int LONGEST_PROBLEM = 100;

  private final Terminal terminal;
  private final int columns;

  public RunTables(Terminal terminal) {
    this.terminal = terminal;
    this.columns = terminal.size().columns();
  }

  /// Prints all that there is to say of one run.
  public void print(Snapshot run) {
    print("Accuracy of the global model", rounds(run));
    print("Samples of every class: private+generated", classes(run));
    print("Sites", sites(run));
  }

  /// Prints a table under a heading; an empty one not at all.
  public void print(String heading, List<String> lines) {
    if (!lines.isEmpty()) {
      terminal.print("");
      terminal.print(terminal.paint(Style.ACCENT, heading));
      terminal.print(lines);
    }
  }

  /// Accuracy and loss round by round.
  public List<String> rounds(Snapshot run) {
    Table table =
        new Table(
            Column.right("Round"),
            Column.right("Accuracy"),
            Column.left(""),
            Column.right("Loss"),
            Column.right("Time"));
    for (RoundView round : run.finishedRounds()) {
      Double accuracy = round.accuracy();
      table.row(
          String.valueOf(round.round()),
          Words.percent(accuracy),
          terminal.paint(
              Style.ACCENT, terminal.glyphs().size(accuracy == null ? 0 : accuracy, BAR_CELLS)),
          Words.loss(round.loss()),
          took(round));
    }
    return table.lines(terminal);
  }

  /// Accuracy round by round of two runs that differ in generation only.
  public List<String> comparison(Snapshot with, Snapshot without) {
    Table table =
        new Table(
            Column.right("Round"),
            Column.right("With generation"),
            Column.right("Without"),
            Column.right("Difference"));
    for (RoundView round : with.finishedRounds()) {
      Optional<RoundView> other =
          without.finishedRounds().stream().filter(r -> r.round() == round.round()).findFirst();
      Double baseline = other.map(RoundView::accuracy).orElse(null);
      table.row(
          String.valueOf(round.round()),
          Words.percent(round.accuracy()),
          Words.percent(baseline),
          Words.points(baseline, round.accuracy()));
    }
    return table.lines(terminal);
  }

  /// What every site holds, generated and spent.
  public List<String> sites(Snapshot run) {
    Table table =
        new Table(
            Column.left("Site"),
            Column.right("Private"),
            Column.right("Generated"),
            Column.right("Dropped"),
            Column.right("Generation"),
            Column.right("Training"));
    for (SiteId site : run.run().spec().sites()) {
      table.row(
          site.value(),
          String.valueOf(sum(run.privateCounts(site))),
          run.generated(site).map(made -> String.valueOf(sum(made.counts()))).orElse("-"),
          run.generated(site).map(made -> String.valueOf(Words.dropped(made))).orElse("-"),
          run.generated(site)
              .map(_ -> Words.duration(run.spent(site, TaskKind.GENERATE)))
              .orElse("-"),
          Words.duration(run.spent(site, TaskKind.TRAIN)));
    }
    return table.lines(terminal);
  }

  /// What sites did wrong, and who is in quarantine.
  public List<String> standings(List<RunSiteView> sites) {
    Table table =
        new Table(
            Column.left("Site"),
            Column.right("Faults"),
            Column.left("Kinds"),
            Column.left("Quarantine"),
            Column.left("Newest problem"));
    for (RunSiteView site : sites) {
      RunSiteView.Quarantine quarantine = site.quarantine();
      table.row(
          site.site().value(),
          String.valueOf(site.faults().stream().mapToInt(Faults::count).sum()),
          site.faults().stream().map(RunTables::inWords).collect(Collectors.joining(", ")),
          quarantine == null ? "-" : Words.time(quarantine.since()),
          site.faults().stream()
              .max(Comparator.comparing(Faults::at))
              .map(fault -> beginning(fault.problem()))
              .orElse("-"));
    }
    return table.lines(terminal);
  }

  private static String beginning(String problem) {
    return problem.length() <= LONGEST_PROBLEM
        ? problem
        : problem.substring(0, LONGEST_PROBLEM) + "...";
  }

  private static String inWords(Faults faults) {
    return faults.kind().name().toLowerCase(Locale.ROOT) + " " + faults.count();
  }

  /// Every site's samples of every class, "private+generated"; none where the screen is too narrow
  /// for it.
  public List<String> classes(Snapshot run) {
    List<String> classes = run.run().spec().data().classes();
    Table table =
        new Table(
            Stream.concat(Stream.of(Column.left("Site")), classes.stream().map(Column::right))
                .toList());
    for (SiteId site : run.run().spec().sites()) {
      Map<String, Integer> own = run.privateCounts(site);
      Map<String, Integer> made =
          run.generated(site).map(report -> report.counts()).orElse(Map.of());
      List<String> cells = new ArrayList<>();
      cells.add(site.value());
      classes.forEach(name -> cells.add(cell(own.getOrDefault(name, 0), made.get(name))));
      table.row(cells);
    }
    return table.width() > columns ? List.of() : table.lines(terminal);
  }

  private String cell(int own, @org.jspecify.annotations.Nullable Integer made) {
    return made == null || made == 0
        ? String.valueOf(own)
        : own + terminal.paint(Style.GOOD, "+" + made);
  }

  private static int sum(Map<String, Integer> counts) {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  private static String took(RoundView round) {
    return Snapshot.between(round.started(), round.finished()).map(Words::duration).orElse("-");
  }
}
