package dev.kumiai.aggregation.pilot;

import dev.kumiai.aggregation.pilot.RunFacts.Recorded;
import dev.kumiai.aggregation.run.Participant;
import dev.kumiai.aggregation.task.Task;
import dev.kumiai.aggregation.task.TaskResult;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.core.pilot.Outcome;
import dev.kumiai.protocol.task.TaskReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What was measured in a run.
///
/// Accuracy is that of the evaluators that do not train; where all of them train, that of all. A
/// site that measures the model itself tells its own accuracy. Of the others it is estimated as
/// `sum_c n_c a_c / sum_c n_c`, with n the site's private samples of class c and a the accuracy on
/// that class: what one would measure there if sites differed in their mix of classes alone, as
/// they do in every partition by labels.
///
/// @param byRound accuracy and loss of every measured round
/// @param classes accuracy of the last measured model by class
/// @param sites accuracy of the last measured model by site
/// @param sitesMeasured whether every site measured its own
record Measured(
    SortedMap<Integer, Value> byRound,
    SortedMap<String, Double> classes,
    SortedMap<SiteId, Double> sites,
    boolean sitesMeasured) {

  Measured {
    byRound = Collections.unmodifiableSortedMap(new TreeMap<>(byRound));
    classes = Collections.unmodifiableSortedMap(new TreeMap<>(classes));
    sites = Collections.unmodifiableSortedMap(new TreeMap<>(sites));
  }

  /// Of one model.
  ///
  /// @param loss mean cross-entropy in nats
  record Value(double accuracy, double loss) {}

  /// One site's measurement.
  private record Answer(SiteId site, int round, TaskReport.Evaluated report) {}

  static Measured of(Recorded run) {
    List<Answer> answers = run.answered().stream().flatMap(Measured::answer).toList();
    boolean judged = answers.stream().anyMatch(answer -> !run.trains(answer.site()));
    List<Answer> judges =
        answers.stream().filter(answer -> !judged || !run.trains(answer.site())).toList();
    SortedMap<Integer, List<Answer>> rounds = new TreeMap<>();
    judges.forEach(
        answer -> rounds.computeIfAbsent(answer.round(), _ -> new ArrayList<>()).add(answer));
    SortedMap<Integer, Value> byRound = new TreeMap<>();
    rounds.forEach((round, of) -> byRound.put(round, value(of)));
    if (rounds.isEmpty()) {
      return new Measured(byRound, new TreeMap<>(), new TreeMap<>(), false);
    }
    SortedMap<String, Double> classes = classes(rounds.lastEntry().getValue());
    SortedMap<SiteId, Double> measured = new TreeMap<>();
    answers.stream()
        .filter(answer -> answer.round() == rounds.lastKey() && run.trains(answer.site()))
        .forEach(answer -> measured.put(answer.site(), answer.report().accuracy()));
    boolean all = measured.size() == run.participants().size();
    return new Measured(byRound, classes, all ? measured : estimated(run, classes), all);
  }

  private static Stream<Answer> answer(Task task) {
    return task.kind() == TaskKind.EVALUATE
            && Recorded.result(task) instanceof TaskResult.Report report
            && report.report() instanceof TaskReport.Evaluated evaluated
        ? Stream.of(new Answer(task.site(), task.round(), evaluated))
        : Stream.empty();
  }

  private static Value value(List<Answer> answers) {
    long examples = 0;
    long hits = 0;
    double loss = 0;
    for (Answer answer : answers) {
      TaskReport.Evaluated report = answer.report();
      examples += report.examples();
      hits += report.perClass().stream().mapToLong(TaskReport.ClassHits::hits).sum();
      loss += report.loss() * report.examples();
    }
    return new Value((double) hits / examples, loss / examples);
  }

  private static SortedMap<String, Double> classes(List<Answer> answers) {
    SortedMap<String, long[]> sums = new TreeMap<>();
    for (Answer answer : answers) {
      for (TaskReport.ClassHits found : answer.report().perClass()) {
        long[] sum = sums.computeIfAbsent(found.label(), _ -> new long[2]);
        sum[0] += found.hits();
        sum[1] += found.examples();
      }
    }
    SortedMap<String, Double> classes = new TreeMap<>();
    sums.forEach(
        (label, sum) -> {
          if (sum[1] > 0) {
            classes.put(label, (double) sum[0] / sum[1]);
          }
        });
    return classes;
  }

  private static SortedMap<SiteId, Double> estimated(Recorded run, Map<String, Double> classes) {
    SortedMap<SiteId, Double> sites = new TreeMap<>();
    for (Participant participant : run.participants()) {
      double weighted = 0;
      long held = 0;
      for (Map.Entry<String, Integer> count : participant.counts().perClass().entrySet()) {
        Double accuracy = classes.get(count.getKey());
        if (accuracy != null) {
          weighted += count.getValue() * accuracy;
          held += count.getValue();
        }
      }
      if (held > 0) {
        sites.put(participant.site(), weighted / held);
      }
    }
    return sites;
  }

  /// What the verdict looks at; empty where nothing was measured.
  Optional<Outcome> outcome(int repetition) {
    if (byRound.isEmpty() || classes.isEmpty()) {
      return Optional.empty();
    }
    SortedMap<Integer, Double> accuracies = new TreeMap<>();
    byRound.forEach((round, value) -> accuracies.put(round, value.accuracy()));
    return Optional.of(
        new Outcome(
            repetition,
            byRound.lastEntry().getValue().accuracy(),
            Collections.min(classes.values()),
            sites.isEmpty() ? null : Collections.min(sites.values()),
            accuracies));
  }
}
