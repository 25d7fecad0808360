package dev.kumiai.aggregation.rest;

import dev.kumiai.aggregation.pilot.Pilot;
import dev.kumiai.aggregation.pilot.PilotPlan;
import dev.kumiai.aggregation.pilot.PilotRun;
import dev.kumiai.aggregation.pilot.PilotState;
import dev.kumiai.aggregation.pilot.Pilots;
import dev.kumiai.aggregation.run.RunPhases;
import dev.kumiai.aggregation.run.Runs;
import dev.kumiai.protocol.pilot.PilotView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Pilots as their users see them.
@ApplicationScoped
class PilotViews {

  private final Pilots pilots;
  private final Runs runs;

  PilotViews(Pilots pilots, Runs runs) {
    this.pilots = pilots;
    this.runs = runs;
  }

  @Transactional
  public PilotView view(Pilot pilot) {
    return view(pilot, pilots.runs(pilot.id()).stream().map(this::started).toList());
  }

  /// Without runs.
  List<PilotView> list(List<Pilot> listed) {
    return listed.stream().map(pilot -> view(pilot, List.of())).toList();
  }

  private PilotView.Started started(PilotRun run) {
    return new PilotView.Started(
        run.planned().number(),
        run.planned().repetition(),
        run.planned().arm(),
        run.planned().amount(),
        run.run(),
        RunPhases.of(runs.get(run.run()).state()));
  }

  private static PilotView view(Pilot pilot, List<PilotView.Started> started) {
    PilotState state = pilot.state();
    return new PilotView(
        pilot.id(),
        pilot.spec(),
        state.phase(),
        new PilotPlan(pilot.spec()).size(),
        state.reason(),
        pilot.created(),
        finished(state),
        started);
  }

  private static @Nullable Instant finished(PilotState state) {
    return state instanceof PilotState.Over over ? over.finished() : null;
  }
}
