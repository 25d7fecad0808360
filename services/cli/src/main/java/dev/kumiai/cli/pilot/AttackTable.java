package dev.kumiai.cli.pilot;

import dev.kumiai.cli.run.Words;
import dev.kumiai.core.pilot.Arm;
import dev.kumiai.core.privacy.AttackResult;
import dev.kumiai.protocol.pilot.AttackReport;
import dev.kumiai.protocol.pilot.AttackReport.Attacked;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What attacks on the models of a pilot found out, as rows and in sentences.
record AttackTable(AttackReport report) {

  static final List<String> HEADS =
      List.of("Model", "Attack", "Advantage", "AUC", "Found at 1 % false alarms");

  private static final String CONTROL = "control";

  /// Deviations of a guesser; beyond it an attack is called better than guessing.
  private static final double CLEAR = 3;

  private static final double GUESSING = 0.5;
  private static final double HUNDRED = 100;

  /// One attack on one model.
  ///
  /// @param reference the area that is to be expected of a model that gives nothing away
  private record Tried(String attack, AttackResult result, double reference) {

    double lead() {
      return result.auc() - reference;
    }

    boolean isClear() {
      return lead() > CLEAR * result.aucErrorOfGuessing();
    }
  }

  List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>();
    for (Attacked model : report.models()) {
      tried(model).forEach(tried -> rows.add(row(model.name(), tried.attack, tried.result)));
    }
    AttackResult control = report.control();
    if (control != null) {
      rows.add(row(CONTROL, "by loss, shadow models", control));
    }
    return rows;
  }

  private static List<String> row(String model, String attack, AttackResult result) {
    return List.of(
        model,
        attack,
        String.format(Locale.ROOT, "%+.1f points", HUNDRED * result.advantage()),
        String.format(Locale.ROOT, "%.3f", result.auc()),
        Words.percent(result.tprAt1PercentFpr()));
  }

  private List<Tried> tried(Attacked model) {
    AttackResult control = report.control();
    double explained = control == null ? GUESSING : Math.max(GUESSING, control.auc());
    return Stream.of(
            tried("by loss", model.byLoss(), explained),
            tried("LiRA, online", model.online(), GUESSING),
            tried("LiRA, offline", model.offline(), GUESSING))
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<Tried> tried(
      String attack, @Nullable AttackResult result, double reference) {
    return Optional.ofNullable(result).map(found -> new Tried(attack, found, reference));
  }

  /// What was asked, and for each model what that means for whoever owns the images.
  List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    AttackResult any = report.models().getFirst().byLoss();
    sentences.add(
        "Somebody has the last model and wants to know which images it was trained on: asked about %d images that sites held and %d of the same classes that no site held."
            .formatted(any.members(), any.nonMembers()));
    report.models().forEach(model -> sentences.add(sentence(model)));
    sentences.add("An attack that fails proves nothing: a better one may succeed.");
    return sentences;
  }

  private String sentence(Attacked model) {
    List<Tried> all = tried(model);
    Tried best = all.getFirst();
    for (Tried tried : all) {
      if (tried.lead() > best.lead()) {
        best = tried;
      }
    }
    String rate =
        "shown one image of each kind, the best attack (%s) picks the right one in %.0f of 100 cases, where %s gives %.0f"
            .formatted(
                best.attack,
                HUNDRED * best.result.auc(),
                best.reference == GUESSING ? "guessing" : "a difference between the images alone",
                HUNDRED * best.reference);
    return best.isClear()
        ? "%s, the model gives its training images away: %s.%s"
            .formatted(inWords(model), rate, almostCertain(all))
        : "%s, no attack clearly told what the model was trained on: %s."
            .formatted(inWords(model), rate);
  }

  /// An attack that is sure of a few images is worse for these than the mean tells.
  private static String almostCertain(List<Tried> all) {
    Tried best = null;
    double most = 0;
    for (Tried tried : all) {
      Double found = tried.result.tprAt1PercentFpr();
      if (found != null && found > most) {
        best = tried;
        most = found;
      }
    }
    return best == null
        ? ""
        : " At one false alarm in 100, %s of them are found (%s)."
            .formatted(Words.percent(most), best.attack);
  }

  private static String inWords(Attacked model) {
    if (model.name().equals(Arm.NONE.text())) {
      return "Without generation";
    }
    return model.name().equals(Arm.GENERATION.text()) ? "With generation" : model.name();
  }

  String html() {
    return Html.section(
        "Membership inference",
        Html.table(
                HEADS,
                rows().stream()
                    .map(
                        row ->
                            Stream.concat(
                                    Stream.of(head(row.getFirst())),
                                    row.stream().skip(1).map(Html::text))
                                .toList())
                    .toList())
            + Html.list(sentences())
            + Html.paragraph(reading()));
  }

  private static String head(String model) {
    return model.equals(CONTROL) ? model : "<i class=\"%1$s\"></i>%1$s".formatted(Html.text(model));
  }

  private String reading() {
    return "Advantage is the share of members that are found less the share of others that are taken for members: 0 is guessing, 100 points is knowing. AUC is 0.5 for a guesser and 1 for who knows, the last column 1 % for a guesser: what stands there is found almost without a mistake."
        + (report.control() == null
            ? ""
            : " LiRA compares with %d shadow models that were trained on %d images each. The control is what the attack by loss finds on those, which know as much of the one kind of images as of the other: a difference between the images, not membership."
                .formatted(report.shadows(), report.shadowImages()));
  }
}
