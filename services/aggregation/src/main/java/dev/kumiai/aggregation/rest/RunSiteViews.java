package dev.kumiai.aggregation.rest;

import dev.kumiai.aggregation.run.Participant;
import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunStore;
import dev.kumiai.aggregation.run.Standing;
import dev.kumiai.aggregation.run.StandingStore;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.run.EvaluationSpec;
import dev.kumiai.protocol.run.RunSiteView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The sites of runs as their users see them.
@ApplicationScoped
class RunSiteViews {

  private final RunStore runs;
  private final StandingStore standings;

  RunSiteViews(RunStore runs, StandingStore standings) {
    this.runs = runs;
    this.standings = standings;
  }

  /// Those that train and those that only measure, by site.
  @Transactional
  public List<RunSiteView> of(Run run) {
    Map<SiteId, Participant> training =
        runs.participants(run.id()).stream()
            .collect(Collectors.toMap(Participant::site, Function.identity()));
    Map<SiteId, Standing> known =
        standings.of(run.id()).stream()
            .collect(Collectors.toMap(Standing::site, Function.identity()));
    TreeSet<SiteId> all = new TreeSet<>(training.keySet());
    EvaluationSpec evaluation = run.spec().evaluation();
    if (evaluation != null) {
      all.addAll(evaluation.sites());
    }
    return all.stream()
        .map(site -> view(site, training.get(site), known.getOrDefault(site, Standing.clean(site))))
        .toList();
  }

  @Transactional
  public RunSiteView of(Run run, SiteId site) {
    return view(site, runs.participant(run.id(), site).orElse(null), standings.of(run.id(), site));
  }

  private static RunSiteView view(SiteId site, @Nullable Participant training, Standing standing) {
    return new RunSiteView(
        site,
        training != null,
        training == null ? null : training.counts(),
        training == null ? Map.of() : training.budget(),
        training == null ? null : training.plan(),
        standing.faults(),
        standing.quarantine());
  }
}
