package dev.kumiai.aggregation.pilot;

import dev.kumiai.aggregation.model.ArtifactRecords;
import dev.kumiai.aggregation.round.Round;
import dev.kumiai.aggregation.round.RoundStore;
import dev.kumiai.aggregation.run.Participant;
import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunStore;
import dev.kumiai.aggregation.task.Task;
import dev.kumiai.aggregation.task.TaskResult;
import dev.kumiai.aggregation.task.TaskState;
import dev.kumiai.aggregation.task.TaskStore;
import dev.kumiai.core.Digest;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads what is recorded of a run. Every call belongs to a transaction of the caller.
@ApplicationScoped
class RunFacts {

  private final RunStore runs;
  private final RoundStore rounds;
  private final TaskStore tasks;
  private final ArtifactRecords artifacts;

  RunFacts(RunStore runs, RoundStore rounds, TaskStore tasks, ArtifactRecords artifacts) {
    this.runs = runs;
    this.rounds = rounds;
    this.tasks = tasks;
    this.artifacts = artifacts;
  }

  /// One run as it is recorded.
  ///
  /// @param rounds those that count
  /// @param answered tasks of those rounds that have an answer
  /// @param bytes of the files that are named here
  record Recorded(
      Run run,
      List<Round> rounds,
      List<Participant> participants,
      List<Task> answered,
      Map<Digest, Long> bytes) {

    /// What a task came to.
    static TaskResult result(Task task) {
      return ((TaskState.Succeeded) task.state()).result();
    }

    long bytes(Digest digest) {
      return bytes.getOrDefault(digest, 0L);
    }

    boolean trains(SiteId site) {
      return participants.stream().anyMatch(participant -> participant.site().equals(site));
    }
  }

  Recorded of(RunId id) {
    Run run = runs.find(id).orElseThrow();
    List<Round> counting = rounds.of(id);
    Map<Integer, Integer> incarnations = new HashMap<>();
    counting.forEach(round -> incarnations.put(round.number(), round.incarnation()));
    List<Task> answered =
        tasks.of(id).stream()
            .filter(task -> task.state() instanceof TaskState.Succeeded)
            .filter(
                task -> Integer.valueOf(task.incarnation()).equals(incarnations.get(task.round())))
            .toList();
    Map<Digest, Long> bytes = new HashMap<>();
    for (Round round : counting) {
      if (round.model() != null) {
        bytes.computeIfAbsent(round.model(), this::bytes);
      }
    }
    for (Task task : answered) {
      if (Recorded.result(task) instanceof TaskResult.Update update) {
        bytes.computeIfAbsent(update.digest(), this::bytes);
      }
    }
    return new Recorded(run, counting, runs.participants(id), answered, bytes);
  }

  private long bytes(Digest digest) {
    return artifacts.find(digest).map(ArtifactRecords.ArtifactRecord::bytes).orElse(0L);
  }
}
