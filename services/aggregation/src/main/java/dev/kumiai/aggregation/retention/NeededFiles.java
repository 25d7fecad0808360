package dev.kumiai.aggregation.retention;

import dev.kumiai.aggregation.run.RunStore;
import dev.kumiai.core.Digest;
import dev.kumiai.core.RunId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Predicate;

/// Which files runs need, now or by the retention that was asked for. Every call belongs to a
/// transaction of the caller.
@ApplicationScoped
public class NeededFiles {

  private final GarbageStore store;
  private final RunStore runs;

  NeededFiles(GarbageStore store, RunStore runs) {
    this.store = store;
    this.runs = runs;
  }

  /// Whether any run needs the file.
  boolean byAny(Digest digest) {
    return needed(digest, _ -> true);
  }

  /// Whether this run needs the file.
  public boolean by(RunId run, Digest digest) {
    return needed(digest, file -> file.run().equals(run));
  }

  private boolean needed(Digest digest, Predicate<Reference> counts) {
    return store.references(digest).stream()
        .filter(counts)
        .anyMatch(file -> RetentionRule.keeps(runs.find(file.run()).orElseThrow(), file));
  }
}
