package dev.kumiai.aggregation.round;

import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.task.Task;
import dev.kumiai.protocol.run.EvaluationSpec;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import org.jboss.logging.Logger;

/// Records how good the model of a round is.
@ApplicationScoped
class Measurements {

  private static final Logger LOG = Logger.getLogger(Measurements.class);

  private final RoundStore rounds;

  Measurements(RoundStore rounds) {
    this.rounds = rounds;
  }

  /// Whether the model of a round is to be measured.
  static boolean due(Run run, int round) {
    EvaluationSpec evaluation = run.spec().evaluation();
    return evaluation != null
        && (round % evaluation.everyRounds() == 0 || round >= run.spec().rounds());
  }

  /// Records what the evaluating sites found, which ends the round.
  ///
  /// @return whether the run has stopped getting better
  boolean record(Run run, Round measured, List<Task> answered, Instant now) {
    Measurement found = Measurement.of(answered);
    rounds.save(run.id(), measured.measured(found.accuracy(), found.loss()).finish(now));
    LOG.infof(
        "model measured run=%s round=%d accuracy=%.4f loss=%.4f",
        run.id(), measured.number(), found.accuracy(), found.loss());
    EvaluationSpec evaluation = run.spec().evaluation();
    return evaluation != null && EarlyStop.now(rounds.of(run.id()), evaluation.patienceRounds());
  }
}
