package dev.kumiai.aggregation.run;

import dev.kumiai.core.Digest;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Keeps runs. Every call belongs to a transaction of the caller.
public interface RunStore {

  void add(Run run, List<Participant> participants);

  Optional<Run> find(RunId run);

  /// Reads a run and lets nobody else change it, or what belongs to it, until the transaction ends.
  Optional<Run> lock(RunId run);

  /// Like [#lock], but waits for nobody: empty while another transaction has the run, be it of this
  /// process or of another replica, and when there is no such run.
  Optional<Run> lockIfFree(RunId run);

  /// Keeps the state.
  void save(Run run);

  /// Keeps the spec, of which little may change.
  void saveSpec(Run run);

  /// The global model that came out of a round, as the run had it in an incarnation; empty before
  /// it has.
  Optional<Digest> modelAfter(RunId run, int round, int incarnation);

  /// Newest first.
  List<Run> newest(int limit);

  /// Those that are not over.
  List<RunId> unsettled();

  /// Notes which custom resource mirrors a run.
  void attach(RunId run, String resource);

  /// The custom resource that mirrors a run; empty when none does.
  Optional<String> resourceOf(RunId run);

  Optional<Run> findByResource(String resource);

  /// Those that no custom resource mirrors and that were not over before a time, the oldest first.
  List<Run> withoutResource(Instant since, int limit);

  /// In canonical order: by site.
  List<Participant> participants(RunId run);

  Optional<Participant> participant(RunId run, SiteId site);
}
