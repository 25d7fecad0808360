package dev.kumiai.aggregation.round;

import dev.kumiai.aggregation.run.Participant;
import dev.kumiai.aggregation.run.Quorum;
import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunState;
import dev.kumiai.aggregation.run.RunStore;
import dev.kumiai.aggregation.site.Site;
import dev.kumiai.aggregation.site.SiteStore;
import dev.kumiai.aggregation.task.Task;
import dev.kumiai.aggregation.task.TaskState;
import dev.kumiai.aggregation.task.TaskStore;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.run.EvaluationSpec;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Chooses who works in a stage.
@ApplicationScoped
class Crews {

  /// A site that asked for something so recently has a worker waiting.
  private static final Duration PRESENT = Duration.ofMinutes(2);

  private final RunStore runs;
  private final SiteStore sites;
  private final TaskStore tasks;
  private final Clock clock;

  Crews(RunStore runs, SiteStore sites, TaskStore tasks, Clock clock) {
    this.runs = runs;
    this.sites = sites;
    this.tasks = tasks;
    this.clock = clock;
  }

  Crew of(Run run, RunState.Waiting stage) {
    double quorum = run.spec().round().quorum();
    return switch (stage) {
      case RunState.Initializing _ ->
          new Crew(nextInitializer(run).map(List::of).orElse(List.of()), 1);
      case RunState.Generating _ -> {
        List<Participant> all = runs.participants(run.id());
        List<SiteId> generating =
            all.stream().filter(site -> site.plan() != null).map(Participant::site).toList();
        int without = all.size() - generating.size();
        yield new Crew(generating, Math.max(0, Quorum.of(quorum, all.size()) - without));
      }
      case RunState.Training _ ->
          new Crew(trainers(run), Quorum.of(quorum, run.spec().sites().size()));
      case RunState.Evaluating _ -> {
        EvaluationSpec evaluation = Objects.requireNonNull(run.spec().evaluation());
        yield new Crew(evaluation.sites(), Quorum.of(quorum, evaluation.sites().size()));
      }
    };
  }

  /// A site whose generated set does not stand would train on other data than the plan says, so it
  /// stays out.
  private List<SiteId> trainers(Run run) {
    Set<SiteId> withoutSet =
        tasks.of(run.id(), TaskKind.GENERATE, 0).stream()
            .filter(task -> !(task.state() instanceof TaskState.Succeeded))
            .map(Task::site)
            .collect(Collectors.toSet());
    return run.spec().sites().stream().filter(site -> !withoutSet.contains(site)).toList();
  }

  /// Any site makes the same first weights of the same seed. Evaluators come first, they have
  /// nothing else to do; those who are not there come last.
  private Optional<SiteId> nextInitializer(Run run) {
    Set<SiteId> candidates = new LinkedHashSet<>();
    EvaluationSpec evaluation = run.spec().evaluation();
    if (evaluation != null) {
      evaluation.sites().stream().sorted().forEach(candidates::add);
    }
    run.spec().sites().stream().sorted().forEach(candidates::add);
    tasks.of(run.id(), TaskKind.INITIALIZE, 0).forEach(tried -> candidates.remove(tried.site()));
    Instant recently = clock.instant().minus(PRESENT);
    Set<SiteId> present =
        sites.find(candidates).stream()
            .filter(site -> site.lastSeen().isAfter(recently))
            .map(Site::id)
            .collect(Collectors.toSet());
    List<SiteId> ordered = new ArrayList<>(candidates);
    ordered.sort((left, right) -> Boolean.compare(present.contains(right), present.contains(left)));
    return ordered.stream().findFirst();
  }
}
