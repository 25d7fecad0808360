package dev.kumiai.generation;

import dev.kumiai.core.privacy.AttackResult;
import dev.kumiai.core.quality.ClosestRecord;
import dev.kumiai.core.quality.KernelDistance;
import dev.kumiai.core.quality.Manifolds.DensityCoverage;
import dev.kumiai.core.quality.Manifolds.PrecisionRecall;
import dev.kumiai.core.quality.QualityReport;
import dev.kumiai.core.quality.SetMeasures;
import dev.kumiai.engine.quality.QualityOfSet;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The measures of a set for a person to read: a row over all classes and one for each, what the
/// numbers say and what they do not, and why there is none where samples are too few.
final class QualityText {

  private static final String NONE = "-";
  private static final String ALL = "all classes";
  private static final int DIGITS = 3;

  /// Of the name of a class, so that both tables look alike.
  private static final int LONGEST_NAME = 24;

  /// Measure -> columns, in the order of the tables.
  private static final Map<String, String> COLUMNS = new LinkedHashMap<>();

  static {
    COLUMNS.put("frechet", "Frechet");
    COLUMNS.put("kernel", "Kernel");
    COLUMNS.put("closestRecord", "Nearest, 5 %, Usual");
    COLUMNS.put("precisionRecall", "Precision, Recall");
    COLUMNS.put("densityCoverage", "Density, Coverage");
    COLUMNS.put("trainRealTestReal", "P by P");
    COLUMNS.put("trainSyntheticTestReal", "P by G");
    COLUMNS.put("trainRealTestSynthetic", "G by P");
  }

  /// Below, a plain number is all zeros.
  private static final double SMALL = 1e-4;

  private final QualityReport report;
  private final List<String> lines = new ArrayList<>();

  private QualityText(QualityReport report) {
    this.report = report;
  }

  /// Lines of at most [TextTable#WIDTH] characters.
  static List<String> of(QualityReport report) {
    if (report.all().real() == 0) {
      return List.of(
          "Quality: the site has no private samples that the set could be compared with");
    }
    QualityText text = new QualityText(report);
    text.distances();
    text.shares();
    text.tooFew();
    text.attack();
    return List.copyOf(text.lines);
  }

  private void distances() {
    lines.add("Distance from the private samples, in the embedding " + report.embedding());
    table(
        List.of("Class", "Private", "Generated", "Frechet", "Kernel", "Nearest", "5 %", "Usual"),
        QualityText::distances);
    lines.add(
        "  Frechet, Kernel  0 is no difference of the two sets; nor is a Kernel within its error");
    lines.add(
        "  Nearest, 5 %     from a generated sample to the nearest private one: median, lowest 5 %");
    lines.add(
        "  Usual            from a private sample to the nearest other one: median. What is nearer");
    lines.add("                   may be a copy; near or far, it proves nothing about privacy");
    lines.add("");
  }

  private static List<String> distances(SetMeasures of) {
    KernelDistance kernel = of.kernel();
    ClosestRecord closest = of.closestRecord();
    return List.of(
        String.valueOf(of.real()),
        String.valueOf(of.generated()),
        distance(of.frechet()),
        kernel == null ? NONE : kernel(kernel),
        distance(closest == null ? null : closest.median()),
        distance(closest == null ? null : closest.fifthPercentile()),
        distance(closest == null ? null : closest.privateMedian()));
  }

  private static String kernel(KernelDistance kernel) {
    return kernel.standardError() == null
        ? distance(kernel.value())
        : distance(kernel.value()) + " +- " + distance(kernel.standardError());
  }

  private void shares() {
    lines.add("How well they stand for private samples, as shares");
    table(
        List.of(
            "Class", "Precision", "Recall", "Density", "Coverage", "P by P", "P by G", "G by P"),
        QualityText::shares);
    lines.add("  Precision, Density  how much of what was generated is like private samples");
    lines.add("  Recall, Coverage    how much of what is private has generated samples like it");
    lines.add(
        "  P by P, P by G      private samples that a network recognises which was trained on");
    lines.add(
        "                      other private ones, or on generated ones: the second can hardly");
    lines.add("                      be better than the first, and should not be much worse");
    lines.add(
        "  G by P              generated samples that one recognises which was trained on private");
    lines.add(
        "                      ones; near 1 where the filter of labels used the same classes");
    lines.add("");
  }

  private static List<String> shares(SetMeasures of) {
    PrecisionRecall precision = of.precisionRecall();
    DensityCoverage density = of.densityCoverage();
    return Stream.of(
            share(precision == null ? null : precision.precision()),
            share(precision == null ? null : precision.recall()),
            share(density == null ? null : density.density()),
            share(density == null ? null : density.coverage()),
            share(of.trainRealTestReal()),
            share(of.trainSyntheticTestReal()),
            share(of.trainRealTestSynthetic()))
        .toList();
  }

  private void table(List<String> head, Function<SetMeasures, List<String>> cells) {
    TextTable table = new TextTable(head.toArray(String[]::new));
    table.row(row(ALL, cells.apply(report.all())));
    report.perClass().forEach((label, of) -> table.row(row(label, cells.apply(of))));
    lines.addAll(table.lines());
  }

  private static List<String> row(String label, List<String> cells) {
    return Stream.concat(Stream.of(TextTable.cut(label, LONGEST_NAME)), cells.stream()).toList();
  }

  /// Why there is no number, once for all rows.
  private void tooFew() {
    Map<String, Set<String>> columns = new LinkedHashMap<>();
    COLUMNS.forEach(
        (measure, column) ->
            Stream.concat(Stream.of(report.all()), report.perClass().values().stream())
                .map(of -> of.tooFew().get(measure))
                .filter(Objects::nonNull)
                .forEach(
                    why -> columns.computeIfAbsent(why, _ -> new LinkedHashSet<>()).add(column)));
    if (columns.isEmpty()) {
      return;
    }
    lines.add("'-' stands where samples are too few:");
    columns.forEach(
        (why, of) -> {
          lines.add("  " + String.join(", ", of));
          lines.add("    " + why);
        });
    lines.add("");
  }

  private void attack() {
    lines.add("Attack: who guided the generator?");
    AttackResult guides = report.guides();
    if (guides == null) {
      lines.add(
          "  -  takes %d private samples that did and %d that did not"
              .formatted(QualityOfSet.LEAST_GUIDES, QualityOfSet.LEAST_GUIDES));
      return;
    }
    lines.add(
        "  told %d private samples that did from %d that did not, by a network trained on the set"
            .formatted(guides.members(), guides.nonMembers()));
    lines.add(
        "  Advantage        %s  0 is guessing, 1 is knowing; no threshold reaches more than %s"
            .formatted(share(guides.advantage()), share(guides.bestAdvantage())));
    lines.add(
        "  Area under ROC   %s  0.50 is guessing, give or take %s"
            .formatted(share(guides.auc()), share(guides.aucErrorOfGuessing())));
    Double sure = guides.tprAt1PercentFpr();
    lines.add(
        sure == null
            ? "  Found for sure   -     takes %d that did not"
                .formatted(AttackResult.LEAST_NON_MEMBERS)
            : "  Found for sure   %s  with 1 %% of mistakes; 0.01 is guessing"
                .formatted(share(sure)));
    lines.add("  It is one weak attack: that it fails proves nothing.");
  }

  private static String share(@Nullable Double value) {
    return value == null ? NONE : String.format(Locale.ROOT, "%.2f", value);
  }

  /// Three digits, whatever the embedding's scale.
  private static String distance(@Nullable Double value) {
    if (value == null) {
      return NONE;
    }
    if (value != 0 && Math.abs(value) < SMALL) {
      return String.format(Locale.ROOT, "%.1e", value);
    }
    BigDecimal rounded = BigDecimal.valueOf(value).round(new MathContext(DIGITS));
    int zeros = Math.max(0, DIGITS - rounded.precision());
    return rounded.setScale(rounded.scale() + zeros).toPlainString();
  }
}
