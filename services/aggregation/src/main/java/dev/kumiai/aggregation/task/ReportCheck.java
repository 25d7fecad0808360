package dev.kumiai.aggregation.task;

import dev.kumiai.aggregation.run.Participant;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.core.TaskKind;
import dev.kumiai.core.prompt.IgnoredWords;
import dev.kumiai.core.quality.QualityReport;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.task.TaskReport;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Refuses a report that cannot be the answer of its task: what is counted or averaged from it
/// later has to make sense.
final class ReportCheck {

  private static final Pattern WORD =
      Pattern.compile("[\\p{L}\\p{N}-]{1,%d}".formatted(IgnoredWords.LONGEST_NAMED));

  private ReportCheck() {}

  static void require(
      RunSpec spec, @Nullable Participant participant, Task task, TaskReport report) {
    TaskKind kind =
        switch (report) {
          case TaskReport.Generated _ -> TaskKind.GENERATE;
          case TaskReport.Evaluated _ -> TaskKind.EVALUATE;
        };
    if (kind != task.kind()) {
      throw new KumiaiException.Invalid(
          "report-of-another-kind",
          "task %s is of kind %s, the report of kind %s".formatted(task.id(), task.kind(), kind));
    }
    List<Violation> violations =
        switch (report) {
          case TaskReport.Generated generated -> generated(spec, participant, generated);
          case TaskReport.Evaluated evaluated -> evaluated(spec, evaluated);
        };
    if (!violations.isEmpty()) {
      throw new KumiaiException.Invalid(
          "report-invalid",
          "the report of task %s is wrong in %d places".formatted(task.id(), violations.size()),
          violations);
    }
  }

  private static List<Violation> generated(
      RunSpec spec, @Nullable Participant participant, TaskReport.Generated report) {
    if (participant == null) {
      throw new IllegalStateException("a GENERATE task belongs to a participant");
    }
    List<Violation> violations = new ArrayList<>();
    if (!Objects.equals(participant.plan(), report.planDigest())) {
      violations.add(new Violation("/planDigest", "must be that of the task's plan"));
    }
    report
        .counts()
        .forEach(
            (label, count) -> {
              int budget = participant.budget().getOrDefault(label, 0);
              if (count == null || count < 0 || count > budget) {
                violations.add(
                    new Violation(
                        "/counts/" + label,
                        "must be from 0 to " + budget + ", the class's budget"));
              }
            });
    report
        .dropped()
        .forEach(
            (reason, count) -> {
              if (count == null || count < 0) {
                violations.add(new Violation("/dropped/" + reason, "must be at least 0"));
              }
            });
    if (report.rejected() < 0) {
      violations.add(new Violation("/rejected", "must be at least 0"));
    }
    if (!participant.budget().keySet().containsAll(report.unguided())) {
      violations.add(new Violation("/unguided", "must be classes that have a budget"));
    }
    ignoredWords(report.ignoredWords(), violations);
    QualityReport quality = report.quality();
    if (quality != null
        && !(spec.data().classes().containsAll(quality.perClass().keySet())
            && spec.data().classes().containsAll(quality.filtered().keySet()))) {
      violations.add(new Violation("/quality", "must be about classes of the run"));
    }
    return violations;
  }

  /// They stand in logs and on terminals.
  private static void ignoredWords(IgnoredWords ignored, List<Violation> violations) {
    if (ignored.most().size() > IgnoredWords.MOST_NAMED
        || ignored.count() < ignored.most().size()) {
      violations.add(
          new Violation(
              "/ignoredWords/most",
              "must name at most %d words and not more than there are"
                  .formatted(IgnoredWords.MOST_NAMED)));
    }
    if (!ignored.most().stream().allMatch(word -> WORD.matcher(word).matches())) {
      violations.add(
          new Violation(
              "/ignoredWords/most",
              "must be words of letters, digits and hyphens, of at most %d characters"
                  .formatted(IgnoredWords.LONGEST_NAMED)));
    }
  }

  private static List<Violation> evaluated(RunSpec spec, TaskReport.Evaluated report) {
    List<Violation> violations = new ArrayList<>();
    Set<String> known = new HashSet<>(spec.data().classes());
    long examples = 0;
    for (int i = 0; i < report.perClass().size(); i++) {
      TaskReport.ClassHits hits = report.perClass().get(i);
      String where = "/perClass/" + i;
      if (!known.remove(hits.label())) {
        violations.add(new Violation(where + "/label", "must be a class of the run, named once"));
      }
      if (hits.examples() < 0 || hits.hits() < 0 || hits.hits() > hits.examples()) {
        violations.add(new Violation(where + "/hits", "must be from 0 to the class's examples"));
      }
      examples += hits.examples();
    }
    if (report.examples() < 1 || report.examples() != examples) {
      violations.add(
          new Violation(
              "/examples", "must be the sum over the classes, " + examples + ", and > 0"));
    }
    if (!Double.isFinite(report.loss()) || report.loss() < 0) {
      violations.add(new Violation("/loss", "must be a finite number from 0 on"));
    }
    return violations;
  }
}
