package dev.kumiai.aggregation.run;

import dev.kumiai.core.Digest;
import dev.kumiai.core.TaskKind;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Where a run stands. A transition is a method of the state that permits it, so that one which
/// makes no sense does not compile.
///
/// ```
/// Initializing -> [Generating] -> Training -> Aggregating -> [Evaluating] -> Training ... Succeeded
/// before each Training -> Ready, where rounds are triggered manually
/// any of these -> Failed | Cancelled
/// any of these -> Suspended -> the same again | Cancelled
/// Suspended | Succeeded | Failed | Cancelled -> Training of a round before | Initializing
/// ```
public sealed interface RunState {

  /// The round that goes on or was the last; 0 before the first.
  int round();

  /// The newest global model; null before the first weights.
  @Nullable Digest model();

  /// Something is still going to happen.
  sealed interface Active extends RunState {
    /// Since when the run is in this state; a stage's deadline counts from here.
    Instant since();

    /// The same state, entered at another time.
    Active since(Instant at);

    /// Held until somebody resumes it.
    default Suspended suspend(String reason, Instant at) {
      return new Suspended(this, reason, at);
    }

    default Failed fail(String reason, Instant at) {
      return new Failed(round(), model(), reason, at);
    }

    default Cancelled cancel(String reason, Instant at) {
      return new Cancelled(round(), model(), reason, at);
    }
  }

  /// Nothing moves, so that the run can be sent back to a round that it has left.
  sealed interface Resting extends RunState {

    /// Trains a round again, and goes on from there.
    ///
    /// @param round the first that is done again
    /// @param model what came out of the round before
    default Training retry(int round, Digest model, Instant at) {
      return new Training(round, model, at);
    }

    /// Starts all over.
    default Initializing restart(Instant at) {
      return new Initializing(at);
    }
  }

  /// On hold: no task is handed out and no step is taken. Answers to tasks that are out are still
  /// accepted, so that no work is lost.
  ///
  /// @param held where the run stands
  record Suspended(Active held, String reason, Instant since) implements Resting {
    @Override
    public int round() {
      return held.round();
    }

    @Override
    public @Nullable Digest model() {
      return held.model();
    }

    /// On from where it stood; the stage's deadline counts anew.
    public Active resume(Instant at) {
      return held.since(at);
    }

    public Cancelled cancel(String why, Instant at) {
      return held.cancel(why, at);
    }
  }

  /// The next step is up to the sites: a stage of tasks is out.
  sealed interface Waiting extends Active {
    /// Of which kind the tasks are.
    TaskKind kind();
  }

  /// Nothing happens any more.
  sealed interface Over extends Resting {
    Instant finished();
  }

  /// The first weights are being made.
  record Initializing(Instant since) implements Waiting {
    @Override
    public Initializing since(Instant at) {
      return new Initializing(at);
    }

    @Override
    public int round() {
      return 0;
    }

    @Override
    public @Nullable Digest model() {
      return null;
    }

    @Override
    public TaskKind kind() {
      return TaskKind.INITIALIZE;
    }

    public Generating generate(Digest first, Instant at) {
      return new Generating(first, at);
    }

    public Training train(Digest first, Instant at) {
      return new Training(1, first, at);
    }

    public Ready ready(Digest first, Instant at) {
      return new Ready(0, first, at);
    }
  }

  /// Sites make their generated data sets.
  record Generating(Digest model, Instant since) implements Waiting {
    @Override
    public Generating since(Instant at) {
      return new Generating(model, at);
    }

    @Override
    public int round() {
      return 0;
    }

    @Override
    public TaskKind kind() {
      return TaskKind.GENERATE;
    }

    public Training train(Instant at) {
      return new Training(1, model, at);
    }

    public Ready ready(Instant at) {
      return new Ready(0, model, at);
    }
  }

  /// A round is over, and the next starts when somebody asks for it.
  ///
  /// @param round the one that is over
  /// @param model what came out of it
  record Ready(int round, Digest model, Instant since) implements Active {
    @Override
    public Ready since(Instant at) {
      return new Ready(round, model, at);
    }

    /// The round that may be asked for.
    public int next() {
      return round + 1;
    }

    public Training train(Instant at) {
      return new Training(next(), model, at);
    }
  }

  /// Sites train the global model and send updates.
  ///
  /// @param model what they train
  record Training(int round, Digest model, Instant since) implements Waiting {
    @Override
    public Training since(Instant at) {
      return new Training(round, model, at);
    }

    @Override
    public TaskKind kind() {
      return TaskKind.TRAIN;
    }

    /// From here on it is fixed which updates count.
    public Aggregating close(Instant at) {
      return new Aggregating(round, model, at);
    }

    /// No further round is needed: the model that the sites train is the result.
    public Succeeded succeed(Instant at) {
      return new Succeeded(round - 1, model, at);
    }
  }

  /// The accepted updates become the next global model.
  ///
  /// @param model what the sites trained
  record Aggregating(int round, Digest model, Instant since) implements Active {
    @Override
    public Aggregating since(Instant at) {
      return new Aggregating(round, model, at);
    }

    public Evaluating evaluate(Digest next, Instant at) {
      return new Evaluating(round, next, at);
    }

    public Training train(Digest next, Instant at) {
      return new Training(round + 1, next, at);
    }

    public Ready ready(Digest next, Instant at) {
      return new Ready(round, next, at);
    }

    public Succeeded succeed(Digest last, Instant at) {
      return new Succeeded(round, last, at);
    }
  }

  /// The round's model is being measured.
  record Evaluating(int round, Digest model, Instant since) implements Waiting {
    @Override
    public Evaluating since(Instant at) {
      return new Evaluating(round, model, at);
    }

    @Override
    public TaskKind kind() {
      return TaskKind.EVALUATE;
    }

    public Training train(Instant at) {
      return new Training(round + 1, model, at);
    }

    public Ready ready(Instant at) {
      return new Ready(round, model, at);
    }

    public Succeeded succeed(Instant at) {
      return new Succeeded(round, model, at);
    }
  }

  /// The last round is over; its model is the result.
  record Succeeded(int round, Digest model, Instant finished) implements Over {}

  /// The run cannot go on.
  record Failed(int round, @Nullable Digest model, String reason, Instant finished)
      implements Over {}

  /// Somebody asked for the end.
  record Cancelled(int round, @Nullable Digest model, String reason, Instant finished)
      implements Over {}
}
