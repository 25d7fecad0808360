package dev.kumiai.aggregation.retention;

import dev.kumiai.aggregation.config.ArtifactConfig;
import dev.kumiai.aggregation.model.ArtifactRecords.ArtifactRecord;
import dev.kumiai.aggregation.model.Artifacts;
import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunStore;
import dev.kumiai.core.Digest;
import dev.kumiai.core.RunId;
import dev.kumiai.protocol.artifact.ArtifactUsage;
import dev.kumiai.protocol.artifact.GarbageReport;
import dev.kumiai.protocol.run.RetentionSpec;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/// Removes the files that no run needs any more, and those that nothing has referred to for long.
///
/// A file is removed in a transaction that has locked its row, has found that everything that
/// refers to it lets it go, and records that it is gone. Whoever brings a file or starts to use one
/// writes that row first. So nothing is removed that is about to be used, whichever replica does
/// either, and a crash in the middle leaves a file that is removed the next time, or a row of a
/// file that is gone and that nobody needs.
@ApplicationScoped
public class CollectGarbage {

  private static final Logger LOG = Logger.getLogger(CollectGarbage.class);

  private final GarbageStore store;
  private final NeededFiles needed;
  private final RunStore runs;
  private final Artifacts artifacts;
  private final ArtifactConfig config;
  private final Clock clock;

  CollectGarbage(
      GarbageStore store,
      NeededFiles needed,
      RunStore runs,
      Artifacts artifacts,
      ArtifactConfig config,
      Clock clock) {
    this.store = store;
    this.needed = needed;
    this.runs = runs;
    this.artifacts = artifacts;
    this.config = config;
    this.clock = clock;
  }

  @Scheduled(
      every = "${kumiai.artifacts.garbage.every}",
      delayed = "${kumiai.artifacts.garbage.every}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void onTime() {
    collect(false);
  }

  /// How much is kept.
  public ArtifactUsage usage() {
    String name = config.store().name().toLowerCase(Locale.ROOT);
    return QuarkusTransaction.requiringNew().call(() -> store.usage(name));
  }

  /// Removes what can be removed.
  ///
  /// @param dryRun only tells what would be
  public GarbageReport collect(boolean dryRun) {
    Instant now = clock.instant();
    Instant grace = now.minus(config.garbage().grace());
    Instant unused = now.minus(config.garbage().unusedAfter());
    if (!dryRun) {
      artifacts.sweep(grace);
      artifacts.forEach(
          (digest, bytes) ->
              QuarkusTransaction.requiringNew().run(() -> store.adopt(digest, bytes, now)));
    }
    // Whoever starts a run from a model after this makes it as new as if it had just come.
    Set<Digest> initial =
        new HashSet<>(QuarkusTransaction.requiringNew().call(store::initialModels));
    Set<Digest> done = new HashSet<>();
    long bytes = 0;
    for (RunId run : QuarkusTransaction.requiringNew().call(store::runs)) {
      for (Digest digest : droppedBy(run, grace)) {
        if (!initial.contains(digest) && !done.contains(digest)) {
          bytes += remove(digest, grace, dryRun, done);
        }
      }
    }
    for (Digest digest : QuarkusTransaction.requiringNew().call(() -> store.unreferenced(unused))) {
      if (!initial.contains(digest)) {
        bytes += remove(digest, unused, dryRun, done);
      }
    }
    if (!dryRun) {
      LOG.infof("garbage collected files=%d bytes=%d", done.size(), bytes);
    }
    return new GarbageReport(dryRun, done.size(), bytes);
  }

  /// What a run lets go of; another one may still need it.
  private List<Digest> droppedBy(RunId id, Instant before) {
    return QuarkusTransaction.requiringNew()
        .call(
            () -> {
              Run run = runs.find(id).orElseThrow();
              RetentionSpec asked = run.spec().retention();
              if (asked == null || asked.updates() == RetentionSpec.Updates.ALL) {
                return List.<Digest>of();
              }
              return store.filesOf(id, before).stream()
                  .filter(file -> !RetentionRule.keeps(run, file))
                  .map(Reference::digest)
                  .distinct()
                  .toList();
            });
  }

  /// Removes a file, unless somebody needs it.
  ///
  /// @return its bytes; 0 when it is still there
  private long remove(Digest digest, Instant before, boolean dryRun, Set<Digest> removed) {
    return QuarkusTransaction.requiringNew()
        .call(
            () -> {
              Optional<ArtifactRecord> row = store.lock(digest);
              if (row.isEmpty()
                  || row.get().removed().isPresent()
                  || row.get().kept().isAfter(before)
                  || needed.byAny(digest)) {
                return 0L;
              }
              if (!dryRun) {
                artifacts.remove(digest);
                store.removed(digest, clock.instant());
              }
              removed.add(digest);
              return row.get().bytes();
            });
  }
}
