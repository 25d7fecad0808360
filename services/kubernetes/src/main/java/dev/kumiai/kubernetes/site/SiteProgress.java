package dev.kumiai.kubernetes.site;

import dev.kumiai.kubernetes.Conditions;
import dev.kumiai.kubernetes.job.Trouble;
import dev.kumiai.kubernetes.resource.Site;
import dev.kumiai.kubernetes.resource.SiteStatus;
import dev.kumiai.protocol.site.DatasetCounts;
import dev.kumiai.protocol.site.SiteView;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a Site shows.
final class SiteProgress {

  private static final String ACCEPTED = "Accepted";
  private static final String ENROLLED = "Enrolled";
  private static final String WORKERS_READY = "WorkersReady";

  /// A heartbeat that is newer by less is not worth a write.
  private static final Duration RESOLUTION = Duration.ofSeconds(60);

  private final Site resource;
  private final @Nullable SiteStatus before;
  private final Conditions conditions;

  SiteProgress(Site resource, Instant now) {
    this.resource = resource;
    this.before = resource.getStatus();
    this.conditions =
        new Conditions(
            before == null ? null : before.conditions(),
            resource.getMetadata().getGeneration(),
            now);
  }

  /// @param known what the aggregator knows of it
  /// @param announced the generation for which it has told what it holds
  /// @param trouble of the Job that asks it what it holds
  /// @param refusal why nothing can be made for it
  SiteStatus show(
      @Nullable SiteView known,
      @Nullable Long announced,
      @Nullable Trouble trouble,
      @Nullable Refusal refusal,
      Collection<Deployment> workers) {
    if (refusal != null) {
      conditions.set(ACCEPTED, false, refusal.reason(), refusal.message());
    } else {
      conditions.set(ACCEPTED, true, "Made", "what the site needs is in its namespace");
    }
    String wrong = refusal != null ? refusal.message() : wrong(trouble);
    boolean holds = known != null && !known.datasets().isEmpty();
    conditions.set(
        ENROLLED,
        holds,
        holds ? "Announced" : known == null ? "NotEnrolled" : "NothingAnnounced",
        holds ? "" : trouble == null ? "no worker of it has come yet" : trouble.toString());
    workersReady(workers);
    return new SiteStatus(
        known != null,
        heartbeat(known),
        known == null ? null : known.datasets().stream().mapToInt(DatasetCounts::total).sum(),
        known == null
            ? null
            : known.datasets().stream()
                .map(d -> new SiteStatus.Dataset(d.dataset(), d.perClass(), d.unreadable()))
                .toList(),
        wrong,
        announced != null || before == null ? announced : before.announcedGeneration(),
        conditions.list());
  }

  private static @Nullable String wrong(@Nullable Trouble trouble) {
    return switch (trouble) {
      case Trouble.Dead dead -> dead.toString();
      case Trouble.Waits waits when !waits.reason().equals(SiteReconciler.ANNOUNCING) ->
          waits.toString();
      case null, default -> null;
    };
  }

  private void workersReady(Collection<Deployment> workers) {
    if (resource.getSpec().warm() == null && workers.isEmpty()) {
      return;
    }
    int wanted = 0;
    int ready = 0;
    for (Deployment one : workers) {
      wanted += Objects.requireNonNullElse(one.getSpec().getReplicas(), 0);
      ready +=
          one.getStatus() == null
              ? 0
              : Objects.requireNonNullElse(one.getStatus().getReadyReplicas(), 0);
    }
    conditions.set(
        WORKERS_READY,
        ready >= wanted,
        ready >= wanted ? "AllReady" : "NotReady",
        "%d of %d warm workers are ready".formatted(ready, wanted));
  }

  private @Nullable String heartbeat(@Nullable SiteView known) {
    if (known == null) {
      return null;
    }
    String shown = before == null ? null : before.lastHeartbeat();
    Instant seen = known.lastSeen().truncatedTo(ChronoUnit.SECONDS);
    return shown != null && Duration.between(Instant.parse(shown), seen).compareTo(RESOLUTION) < 0
        ? shown
        : seen.toString();
  }
}
