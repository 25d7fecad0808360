package dev.kumiai.cli.pilot;

import dev.kumiai.core.pilot.Arm;
import dev.kumiai.core.quality.DropReason;
import dev.kumiai.protocol.pilot.Amount;
import dev.kumiai.protocol.pilot.AttackReport;
import dev.kumiai.protocol.pilot.PilotPhase;
import dev.kumiai.protocol.pilot.PilotReport;
import dev.kumiai.protocol.pilot.PilotReport.ArmReport;
import dev.kumiai.protocol.pilot.PilotReport.RunReport;
import dev.kumiai.protocol.pilot.PilotReport.SiteReport;
import dev.kumiai.protocol.pilot.PilotReport.VerdictView;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The report of a pilot as one page of HTML that needs nothing else: no script, no other file.
final class ReportPage {

  private static final double WIDE = 720;
  private static final double HIGH = 300;
  private static final double SMALL_WIDE = 340;
  private static final double SMALL_HIGH = 200;

  private final PilotReport report;
  private final SiteFiles files;
  private final @Nullable AttackReport attack;
  private final String inWords;
  private final List<ArmReport> shown;

  /// @param attack null where the models were not attacked
  /// @param inWords what was asked for, in one line
  ReportPage(PilotReport report, SiteFiles files, @Nullable AttackReport attack, String inWords) {
    this.report = report;
    this.files = files;
    this.attack = attack;
    this.inWords = inWords;
    this.shown =
        report.arms().stream()
            .filter(arm -> arm.accuracy() != null)
            .filter(arm -> arm.arm() != Arm.GENERATION || isChosen(arm.amount()))
            .toList();
  }

  private boolean isChosen(@Nullable Amount amount) {
    return Objects.equals(amount, report.chosen());
  }

  String html() {
    String body =
        Stream.of(
                verdict(),
                accuracy(),
                differences(),
                arms(),
                sweep(),
                budgets(),
                samples(),
                filters(),
                QualityTables.html(report, files),
                attack == null ? "" : new AttackTable(attack).html(),
                cost(),
                details())
            .collect(Collectors.joining());
    return """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>Pilot: %s</title>
        <style>
        %s</style>
        </head>
        <body>
        <header><h1>Does generation pay here?</h1><p>%s</p></header>
        <main>
        %s</main>
        <footer><p>Pilot %s. All numbers are in report.json beside this page.</p></footer>
        </body>
        </html>
        """
        .formatted(heading(report.verdict()), style(), Html.text(inWords), body, report.pilot());
  }

  private static String style() {
    try (InputStream in =
        Objects.requireNonNull(ReportPage.class.getResourceAsStream("report.css"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String heading(VerdictView verdict) {
    return switch (verdict.decision()) {
      case GO -> "GO";
      case NO_GO -> "NO-GO";
      case UNDECIDED -> "UNDECIDED";
    };
  }

  private String verdict() {
    VerdictView verdict = report.verdict();
    String kind = verdict.decision().name().toLowerCase(Locale.ROOT).replace('_', '-');
    String unfinished =
        report.phase() == PilotPhase.SUCCEEDED
            ? ""
            : Html.paragraph(
                "Not all runs are over (%d of %d): what follows may still change."
                    .formatted(report.over(), report.planned()));
    return "<section class=\"verdict %s\"><h2>%s</h2>%n<p class=\"lead\">%s</p>%n%s%s</section>%n"
        .formatted(
            kind,
            heading(verdict),
            Html.text(lead(verdict)),
            Html.list(verdict.reasons()),
            unfinished);
  }

  private static String lead(VerdictView verdict) {
    Amount amount = verdict.amount();
    Integer more = verdict.moreSeeds();
    return switch (verdict.decision()) {
      case GO ->
          "Generation pays here" + (amount == null ? "." : ", with " + amount.inWords() + ".");
      case NO_GO -> "Generation does not pay here.";
      case UNDECIDED ->
          more == null || more == 0
              ? "This pilot cannot tell."
              : "This pilot cannot tell yet: about %d more seed%s would probably settle it."
                  .formatted(more, more == 1 ? "" : "s");
    };
  }

  private String accuracy() {
    if (shown.isEmpty()) {
      return "";
    }
    List<ArmReport> main = only(Arm.NONE, Arm.GENERATION);
    StringBuilder body = new StringBuilder(legend(shown));
    body.append(
        new AccuracyChart(WIDE, HIGH, shown)
            .svg(
                "Accuracy by round, with generation and without",
                main,
                List.of(Arm.NONE, Arm.GENERATION)));
    StringBuilder others = new StringBuilder();
    AccuracyChart small = new AccuracyChart(SMALL_WIDE, SMALL_HIGH, shown);
    for (ArmReport arm : shown) {
      if (arm.arm() != Arm.NONE && arm.arm() != Arm.GENERATION) {
        List<ArmReport> beside = Stream.concat(main.stream(), Stream.of(arm)).toList();
        others.append(
            "<figure><figcaption>%s</figcaption>%s</figure>%n"
                .formatted(
                    Html.text(arm.arm().text()),
                    small.svg(
                        "Accuracy by round of the arm " + arm.arm().text(),
                        beside,
                        List.of(arm.arm()))));
      }
    }
    if (!others.isEmpty()) {
      body.append("<div class=\"panels\">").append(others).append("</div>\n");
    }
    body.append(
        Html.paragraph(
            "Lines are means over seeds of the accuracy on images that no site holds, bands their %s confidence intervals."
                .formatted(Numbers.confidence(report.confidence()))));
    return Html.section("Accuracy by round", body.toString());
  }

  private List<ArmReport> only(Arm... arms) {
    return shown.stream().filter(arm -> List.of(arms).contains(arm.arm())).toList();
  }

  private static String legend(List<ArmReport> arms) {
    return arms.stream()
        .map(
            arm -> "<span><i class=\"%1$s\"></i>%1$s</span>".formatted(Html.text(arm.arm().text())))
        .collect(Collectors.joining(" ", "<p class=\"legend\">", "</p>\n"));
  }

  private String differences() {
    if (report.differences().isEmpty()) {
      return "";
    }
    String body =
        new DifferenceChart(report.differences(), report.spec().minimumGain()).svg()
            + Html.table(
                List.of("Ahead of", "Pairs", "Accuracy", "Worst class", "Worst site"),
                report.differences().stream()
                    .map(
                        difference ->
                            List.of(
                                Html.text(difference.arm().text()),
                                String.valueOf(difference.accuracy().count()),
                                Numbers.points(difference.accuracy()),
                                Numbers.points(difference.worstClass()),
                                Numbers.points(difference.worstSite())))
                    .toList())
            + Html.paragraph(
                "Differences are taken within each seed, where both arms have the same sites, first weights and schedule, and then averaged; whiskers are %s confidence intervals%s. An interval that touches 0 may be chance."
                    .formatted(
                        Numbers.confidence(report.differences().getFirst().confidence()),
                        report.differences().getFirst().confidence() > report.confidence()
                            ? ", widened because the best of several settings was chosen"
                            : ""));
    return Html.section("How far generation is ahead", body);
  }

  private String arms() {
    List<List<String>> rows = new ArrayList<>();
    for (ArmReport arm : shown) {
      rows.add(
          List.of(
              "<i class=\"%1$s\"></i>%1$s".formatted(Html.text(arm.arm().text())),
              Html.text(Arms.meaning(arm.arm())),
              Numbers.percent(arm.accuracy()),
              Numbers.percent(arm.worstClass()),
              Numbers.percent(arm.worstSite()),
              Numbers.plain(arm.drift())));
    }
    boolean measured = report.runs().stream().anyMatch(RunReport::siteAccuracyMeasured);
    return Html.section(
        "All arms at the end",
        Html.table(
                List.of("Arm", "Trains on", "Accuracy", "Worst class", "Worst site", "Drift"), rows)
            + Html.paragraph(
                measured
                    ? "The accuracy at a site was measured there."
                    : "The accuracy at a site is that of the classes, weighted by what the site holds: what would be measured there if sites differ in their mix of classes alone.")
            + Html.paragraph(
                "Drift tells how far the sites pull apart in a round: the mean distance of their updates from the mean update, relative to its length. The higher, the more of each site's work the others undo."));
  }

  private String sweep() {
    List<ArmReport> tried =
        report.arms().stream()
            .filter(arm -> arm.arm() == Arm.GENERATION && arm.accuracy() != null)
            .toList();
    if (tried.size() < 2) {
      return "";
    }
    List<List<String>> rows =
        tried.stream()
            .map(
                arm ->
                    List.of(
                        Html.text(arm.amount() == null ? "" : arm.amount().inWords())
                            + (isChosen(arm.amount()) ? " <strong>(chosen)</strong>" : ""),
                        Numbers.percent(arm.accuracy()),
                        Numbers.percent(arm.worstClass()),
                        Numbers.percent(arm.worstSite())))
            .toList();
    return Html.section(
        "Amounts and guidance that were tried",
        Html.table(List.of("Settings", "Accuracy", "Worst class", "Worst site"), rows));
  }

  private Optional<RunReport> example() {
    return report.runs().stream()
        .filter(run -> run.arm() == Arm.GENERATION && isChosen(run.amount()))
        .filter(run -> run.sites().stream().anyMatch(site -> !site.generated().isEmpty()))
        .findFirst();
  }

  private String budgets() {
    RunReport run = example().orElse(null);
    if (run == null) {
      return "";
    }
    BudgetChart chart = new BudgetChart(report.spec().run().data().classes(), run.sites());
    return Html.section(
        "What sites hold, before and after",
        chart.legend()
            + chart.svg()
            + Html.paragraph(
                "Seed %d; the sites of other seeds are in report.json.".formatted(run.seed())));
  }

  private String samples() {
    RunReport run = example().orElse(null);
    if (run == null) {
      return "";
    }
    String sheet =
        new SampleSheet(files, report.spec().run().data().dataset(), run.sites())
            .html(report.spec().run().data().classes());
    return sheet.isEmpty()
        ? ""
        : Html.section(
            "Samples",
            sheet
                + Html.paragraph(
                    "From the virtual sites of seed %d, which lie on this machine. A real site shows its samples to nobody."
                        .formatted(run.seed())));
  }

  private String filters() {
    RunReport run = example().orElse(null);
    if (run == null) {
      return "";
    }
    List<DropReason> reasons =
        run.sites().stream()
            .flatMap(site -> site.dropped().keySet().stream())
            .distinct()
            .sorted()
            .toList();
    if (reasons.isEmpty()) {
      return "";
    }
    List<String> heads = new ArrayList<>(List.of("Site", "Drawn"));
    reasons.forEach(reason -> heads.add(reason.name().toLowerCase(Locale.ROOT).replace('_', ' ')));
    List<List<String>> rows = new ArrayList<>();
    for (SiteReport site : run.sites()) {
      int dropped = site.dropped().values().stream().mapToInt(Integer::intValue).sum();
      List<String> row = new ArrayList<>();
      row.add(Html.text(site.site().value()));
      row.add(String.valueOf(BudgetChart.sum(site.generated()) + dropped));
      reasons.forEach(reason -> row.add(String.valueOf(site.dropped().getOrDefault(reason, 0))));
      rows.add(row);
    }
    return Html.section(
        "What filters took out",
        Html.table(heads, rows)
            + Html.paragraph(
                "Samples of seed %d that were drawn, and those that the sites' filters dropped, by reason."
                    .formatted(run.seed())));
  }

  private String cost() {
    return shown.isEmpty() ? "" : Html.section("What a run costs", CostTable.html(shown));
  }

  private String details() {
    List<List<String>> rows =
        report.runs().stream()
            .map(
                run ->
                    List.of(
                        String.valueOf(run.seed()),
                        Html.text(run.arm().text()),
                        Html.text(Arms.adds(run.arm(), run.amount())),
                        run.accuracy() == null ? "-" : Numbers.percent(run.accuracy()),
                        Html.text(
                            run.reason() == null
                                ? run.phase().name().toLowerCase(Locale.ROOT)
                                : run.reason()),
                        "<code>%s</code>".formatted(Html.text(run.run().value()))))
            .toList();
    return Html.section(
        "Every run", Html.table(List.of("Seed", "Arm", "Adds", "Accuracy", "End", "Run"), rows));
  }
}
