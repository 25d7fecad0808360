package dev.kumiai.aggregation.round;

import dev.kumiai.aggregation.config.AggregationConfig;
import dev.kumiai.aggregation.model.Draft;
import dev.kumiai.aggregation.model.Kept;
import dev.kumiai.aggregation.model.Models;
import dev.kumiai.aggregation.run.ChosenStrategy;
import dev.kumiai.aggregation.task.Task;
import dev.kumiai.aggregation.task.TaskResult;
import dev.kumiai.aggregation.task.TaskState;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.strategy.Aggregation;
import dev.kumiai.core.strategy.ClientDrift;
import dev.kumiai.core.strategy.ServerState;
import dev.kumiai.core.strategy.Strategy;
import dev.kumiai.core.strategy.Update;
import dev.kumiai.core.strategy.Updates;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.TensorSpec;
import dev.kumiai.core.transform.IncomingTransform;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Turns the accepted updates of a closed round into the next global model, from the stored files
/// and into a stored file, and so with what the strategy remembers. The same updates and states
/// give the same bytes, so doing it again after a crash changes nothing.
@ApplicationScoped
class AggregateRound {

  private static final int FIRST_ROUND = 1;

  private final Models models;
  private final IncomingTransform incoming;
  private final int threads;

  AggregateRound(Models models, IncomingTransform incoming, AggregationConfig config) {
    this.models = models;
    this.incoming = incoming;
    this.threads = config.threads().orElseGet(Runtime.getRuntime()::availableProcessors);
  }

  /// Aggregates, and keeps all that came out or nothing.
  ///
  /// @throws KumiaiException.Invalid `aggregate-not-finite`, or a code of [Aggregation]
  Aggregated aggregate(RunSteps.Next.Aggregate round) throws IOException {
    return aggregate(round, threads, Draft::keep);
  }

  /// Does it once more and keeps nothing of it; on one thread, to leave the others to the rounds
  /// that go on.
  ///
  /// @throws KumiaiException.Invalid as [#aggregate] does
  Aggregated again(RunSteps.Next.Aggregate round) throws IOException {
    return aggregate(round, 1, Draft::digest);
  }

  /// How far the sites of a round pulled apart, on one thread.
  double drift(RunSteps.Next.Aggregate round) throws IOException {
    try (Files files = new Files()) {
      return ClientDrift.of(incoming.apply(updates(round, files)));
    }
  }

  /// What becomes of a finished draft.
  @FunctionalInterface
  private interface Ending {
    Digest of(Draft draft) throws IOException;
  }

  private Aggregated aggregate(RunSteps.Next.Aggregate round, int on, Ending ending)
      throws IOException {
    try (Files files = new Files()) {
      Strategy strategy = ChosenStrategy.of(round.run().spec());
      Updates updates = incoming.apply(updates(round, files));
      Draft model = files.draft(updates.specs());
      Map<String, Draft> drafts = new TreeMap<>();
      Map<String, ServerState> states = new TreeMap<>();
      for (String name : strategy.states()) {
        Draft draft = files.draft(updates.stateSpecs());
        drafts.put(name, draft);
        states.put(name, new ServerState(before(round, name, files), draft.writer()));
      }
      new Aggregation(strategy, on).run(updates, states, model.writer(), Progress.SILENT);
      return end(round, model, drafts, ending);
    }
  }

  private static Updates updates(RunSteps.Next.Aggregate round, Files files) throws IOException {
    SafetensorsFile global = files.open(round.state().model());
    List<Update> stored = new ArrayList<>();
    for (CountedUpdate counted : round.updates()) {
      Task task = counted.task();
      TaskResult.Update update = update(task);
      stored.add(
          new Update(
              task.site(),
              update.metadata().examples(),
              files.open(update.digest()),
              update.metadata().steps(),
              update.metadata().initialLoss(),
              counted.staleness() == 0
                  ? null
                  : new Update.Base(files.open(counted.trained()), counted.staleness())));
    }
    return Updates.of(global, stored, round.run().spec().sites().size());
  }

  private static @Nullable SafetensorsFile before(
      RunSteps.Next.Aggregate round, String state, Files files) throws IOException {
    if (round.state().round() == FIRST_ROUND) {
      return null;
    }
    Digest digest = round.states().get(state);
    if (digest == null) {
      throw new KumiaiException.NotFound(
          "strategy-state-missing",
          "the state '%s' after round %d is not recorded: start the run again"
              .formatted(state, round.state().round() - 1));
    }
    return files.open(digest);
  }

  private static Aggregated end(
      RunSteps.Next.Aggregate round, Draft model, Map<String, Draft> drafts, Ending ending)
      throws IOException {
    finish(round, "model", model);
    for (Map.Entry<String, Draft> state : drafts.entrySet()) {
      finish(round, "state '" + state.getKey() + "'", state.getValue());
    }
    Map<String, Digest> states = new TreeMap<>();
    for (Map.Entry<String, Draft> state : drafts.entrySet()) {
      states.put(state.getKey(), ending.of(state.getValue()));
    }
    return new Aggregated(ending.of(model), states);
  }

  private static void finish(RunSteps.Next.Aggregate round, String what, Draft draft)
      throws IOException {
    try {
      draft.finish();
    } catch (KumiaiException.Invalid e) {
      throw new KumiaiException.Invalid(
          "aggregate-not-finite",
          "the %s that %s made of %d updates is not finite: lower its learning rate, or that of the sites (%s)"
              .formatted(
                  what,
                  round.run().spec().strategy().name(),
                  round.updates().size(),
                  e.getMessage()),
          e);
    }
  }

  static TaskResult.Update update(Task task) {
    if (task.state() instanceof TaskState.Succeeded succeeded
        && succeeded.result() instanceof TaskResult.Update update) {
      return update;
    }
    throw new IllegalStateException("task " + task.id() + " has no update");
  }

  /// What is open during an aggregation.
  private final class Files implements AutoCloseable {
    private final List<Kept> kept = new ArrayList<>();
    private final Map<Digest, SafetensorsFile> opened = new HashMap<>();
    private final List<Draft> drafts = new ArrayList<>();

    /// Each once: many updates may have been trained from one model.
    SafetensorsFile open(Digest digest) throws IOException {
      SafetensorsFile file = opened.get(digest);
      if (file == null) {
        Kept model = models.open(digest);
        kept.add(model);
        file = SafetensorsFile.open(model.file());
        opened.put(digest, file);
      }
      return file;
    }

    Draft draft(List<TensorSpec> specs) throws IOException {
      Draft draft = models.draft(specs);
      drafts.add(draft);
      return draft;
    }

    @Override
    public void close() throws IOException {
      opened.values().forEach(SafetensorsFile::close);
      kept.forEach(Kept::close);
      for (Draft draft : drafts) {
        draft.close();
      }
    }
  }
}
