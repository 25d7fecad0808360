package dev.kumiai.aggregation.round;

import dev.kumiai.aggregation.run.Participant;
import dev.kumiai.aggregation.run.Quorum;
import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunState;
import dev.kumiai.aggregation.run.RunStore;
import dev.kumiai.aggregation.run.StandingStore;
import dev.kumiai.aggregation.site.EnrolmentStore;
import dev.kumiai.aggregation.site.Site;
import dev.kumiai.aggregation.site.SiteStore;
import dev.kumiai.aggregation.task.Task;
import dev.kumiai.aggregation.task.TaskState;
import dev.kumiai.aggregation.task.TaskStore;
import dev.kumiai.core.RunSeed;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.run.EvaluationSpec;
import dev.kumiai.protocol.run.RoundSpec;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/// Chooses who works in a stage.
@ApplicationScoped
class Crews {

  /// A site that asked for something so recently has a worker waiting.
  private static final Duration PRESENT = Duration.ofMinutes(2);

  /// How many sites try to make the first weights before the run fails.
  private static final int MOST_INITIALIZERS = 3;

  private final RunStore runs;
  private final SiteStore sites;
  private final TaskStore tasks;
  private final StandingStore standings;
  private final EnrolmentStore enrolments;
  private final Clock clock;

  Crews(
      RunStore runs,
      SiteStore sites,
      TaskStore tasks,
      StandingStore standings,
      EnrolmentStore enrolments,
      Clock clock) {
    this.runs = runs;
    this.sites = sites;
    this.tasks = tasks;
    this.standings = standings;
    this.enrolments = enrolments;
    this.clock = clock;
  }

  /// Who may work in a stage: nobody who is in quarantine or was shut out.
  Crew of(Run run, RunState.Waiting stage) {
    Set<SiteId> out = new HashSet<>(enrolments.shutOut());
    standings.quarantined(run.id()).forEach(standing -> out.add(standing.site()));
    double quorum = run.spec().round().quorum();
    return switch (stage) {
      case RunState.Initializing _ -> new Crew(without(out, initializers(run)), 1, 1, 1);
      case RunState.Generating _ -> {
        List<Participant> all = runs.participants(run.id());
        List<SiteId> generating =
            all.stream().filter(site -> site.plan() != null).map(Participant::site).toList();
        int needed = Quorum.of(quorum, all.size()) - (all.size() - generating.size());
        yield ofAll(without(out, generating), Math.max(0, needed), generating.size());
      }
      case RunState.Training training -> {
        int aimed = run.spec().round().aimedAt(run.spec().sites().size());
        yield training(run, training.round(), without(out, trainers(run)), aimed);
      }
      case RunState.Evaluating _ -> {
        List<SiteId> judges = Objects.requireNonNull(run.spec().evaluation()).sites();
        yield ofAll(without(out, judges), Quorum.of(quorum, judges.size()), judges.size());
      }
    };
  }

  private static List<SiteId> without(Set<SiteId> out, List<SiteId> sites) {
    return sites.stream().filter(site -> !out.contains(site)).toList();
  }

  private static Crew ofAll(List<SiteId> sites, int needed, int aimed) {
    return new Crew(sites.stream().sorted().toList(), sites.size(), needed, aimed);
  }

  private static Crew training(Run run, int round, List<SiteId> trainers, int aimed) {
    RoundSpec spec = run.spec().round();
    int needed = Quorum.of(spec.quorum(), aimed);
    if (spec.sitesPerRound() == null) {
      return ofAll(trainers, needed, aimed);
    }
    List<SiteId> drawn = Lot.draw(new RunSeed(run.spec().seed()), round, trainers);
    return new Crew(drawn, Quorum.of(1 + spec.overSelection(), aimed), needed, aimed);
  }

  /// A site whose generated set does not stand would train on other data than the plan says, so it
  /// stays out.
  private List<SiteId> trainers(Run run) {
    Set<SiteId> made =
        tasks.of(run.id(), TaskKind.GENERATE, 0).stream()
            .filter(task -> task.state() instanceof TaskState.Succeeded)
            .map(Task::site)
            .collect(Collectors.toSet());
    return runs.participants(run.id()).stream()
        .filter(site -> site.plan() == null || made.contains(site.site()))
        .map(Participant::site)
        .toList();
  }

  /// Any site makes the same first weights of the same seed. Evaluators come first, they have
  /// nothing else to do; those who are not there come last.
  private List<SiteId> initializers(Run run) {
    Set<SiteId> candidates = new LinkedHashSet<>();
    EvaluationSpec evaluation = run.spec().evaluation();
    if (evaluation != null) {
      evaluation.sites().stream().sorted().forEach(candidates::add);
    }
    run.spec().sites().stream().sorted().forEach(candidates::add);
    Instant recently = clock.instant().minus(PRESENT);
    Set<SiteId> present =
        sites.find(candidates).stream()
            .filter(site -> site.lastSeen().isAfter(recently))
            .map(Site::id)
            .collect(Collectors.toSet());
    List<SiteId> ordered = new ArrayList<>(candidates);
    ordered.sort((left, right) -> Boolean.compare(present.contains(right), present.contains(left)));
    int tried = tasks.of(run.id(), TaskKind.INITIALIZE, 0).size();
    return tried < MOST_INITIALIZERS ? ordered : List.of();
  }
}
