package dev.kumiai.aggregation.pilot;

import dev.kumiai.aggregation.run.RunState;
import dev.kumiai.core.pilot.Arm;
import dev.kumiai.core.pilot.ArmResults;
import dev.kumiai.core.pilot.Outcome;
import dev.kumiai.protocol.pilot.Amount;
import dev.kumiai.protocol.pilot.PilotSpec;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;

/// What the arms of a pilot came to. Only runs that succeeded count. Every call belongs to a
/// transaction of the caller.
@ApplicationScoped
class PilotResults {

  private final RunFacts facts;

  PilotResults(RunFacts facts) {
    this.facts = facts;
  }

  /// Results with generation, by amount.
  SequencedMap<Amount, ArmResults> candidates(PilotSpec spec, List<PilotRun> started) {
    SequencedMap<Amount, ArmResults> candidates = new LinkedHashMap<>();
    for (Amount amount : PilotPlan.amounts(spec)) {
      candidates.put(
          amount,
          new ArmResults(
              started.stream()
                  .filter(run -> run.planned().arm() == Arm.GENERATION)
                  .filter(run -> Objects.equals(run.planned().amount(), amount))
                  .flatMap(this::outcome)
                  .toList()));
    }
    return candidates;
  }

  private Stream<Outcome> outcome(PilotRun run) {
    return outcome(run, facts.of(run.run())).stream();
  }

  static Optional<Outcome> outcome(PilotRun run, RunFacts.Recorded recorded) {
    return recorded.run().state() instanceof RunState.Succeeded
        ? Measured.of(recorded).outcome(run.planned().repetition())
        : Optional.empty();
  }
}
