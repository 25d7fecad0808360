package dev.kumiai.protocol.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import dev.kumiai.core.TaskKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an event says beside its type. Names, numbers and digests only: no weights, nothing of a
/// sample, no secret, and no text that a person or a site wrote, which may be private; only the
/// answer to a request repeats what is wrong with it. New fields may be added; none changes its
/// meaning.
public sealed interface EventData {

  /// A run entered a state.
  ///
  /// @param stage which: `INITIALIZING`, `GENERATING`, `TRAINING`, `AGGREGATING`, `EVALUATING`,
  ///   `READY`, `SUSPENDED`, `SUCCEEDED`, `FAILED`, `CANCELLED`; there may be more one day
  /// @param round the round that goes on or was the last; 0 before the first
  /// @param model digest of the newest global model; null before the first weights
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record OfRun(RunId run, String stage, int round, @Nullable Digest model) implements EventData {}

  /// Something happened in a round.
  ///
  /// @param round 0 makes the first weights and the generated sets
  /// @param model what came out; null before that
  /// @param accuracy of that model, 0 to 1; null where it was not measured
  /// @param loss of that model, mean cross-entropy in nats; null where it was not measured
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record OfRound(
      RunId run,
      int round,
      @Nullable Digest model,
      @Nullable Double accuracy,
      @Nullable Double loss)
      implements EventData {}

  /// Something happened to a task.
  ///
  /// @param attempt attempts made so far
  /// @param update digest of the weights that it made; null where it made none
  /// @param examples that the update counts for; null where it is none
  /// @param problem code of the newest failure; null where there was none
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record OfTask(
      RunId run,
      TaskId task,
      SiteId site,
      TaskKind kind,
      int round,
      int attempt,
      @Nullable Digest update,
      @Nullable Long examples,
      @Nullable String problem)
      implements EventData {}

  /// Something happened to a site.
  ///
  /// @param run in which; null where it has nothing to do with one
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record OfSite(SiteId site, @Nullable RunId run) implements EventData {}

  /// What became of a request that came through a broker.
  ///
  /// @param source of the request's CloudEvent, or where the message lies if it says none
  /// @param id of the request's CloudEvent, or the message's offset
  /// @param run what was started or changed; null where the request was refused
  /// @param refusal null where the request was done
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record OfRequest(String source, String id, @Nullable RunId run, @Nullable Refusal refusal)
      implements EventData {}

  /// Who did something that changed something.
  ///
  /// @param kind `USER`, `SITE`, `MESSAGE` (from a broker) or `AGGREGATOR` (nobody was named, as
  ///   when a site enrols)
  /// @param actor the name of the user or the site; of a message the source that it says it has
  /// @param deed the type of the ledger's entry, such as `run.suspended` or `api_key.added`
  /// @param run null where it has nothing to do with one
  /// @param number of the entry in its chain
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record OfDeed(String kind, String actor, String deed, @Nullable RunId run, long number)
      implements EventData {}

  /// Why a request was not done.
  ///
  /// @param code stable, as at the end of the type of a problem+json
  /// @param violations every mistake, by JSON pointer; empty where the detail says it all
  record Refusal(String code, String detail, List<Violation> violations) {

    public Refusal {
      violations = List.copyOf(violations);
    }
  }
}
