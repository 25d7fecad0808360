package dev.kumiai.kubernetes.run;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.kubernetes.Aggregator;
import dev.kumiai.kubernetes.ObjectEvents;
import dev.kumiai.kubernetes.ResourceKey;
import dev.kumiai.kubernetes.job.Labels;
import dev.kumiai.kubernetes.resource.FederatedRun;
import dev.kumiai.kubernetes.resource.FederatedRunSpec;
import dev.kumiai.kubernetes.resource.FederatedRunStatus;
import dev.kumiai.kubernetes.resource.Site;
import dev.kumiai.protocol.run.RunView;
import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/// Takes a FederatedRun to the aggregator, once.
@Singleton
class Acceptance {

  /// What is said of a run whose resource asks for something else by now.
  static final String FIXED =
      "the spec was changed after the run had started, which changes nothing: only suspend, roundTrigger, ttlSecondsAfterFinished and roundsHistoryLimit can; delete the run and create it anew";

  private static final int MOST_LOOKED_UP = 1_000;

  private final Aggregator aggregator;
  private final ObjectEvents events;
  private final Clock clock;

  Acceptance(Aggregator aggregator, ObjectEvents events, Clock clock) {
    this.aggregator = aggregator;
    this.events = events;
    this.clock = clock;
  }

  /// What became of it.
  sealed interface Outcome {
    record Accepted(RunView run) implements Outcome {}

    /// It is not taken as it is.
    ///
    /// @param status what it shows now
    record Refused(FederatedRunStatus status) implements Outcome {}
  }

  /// The run of a resource, if it has one.
  Optional<RunView> find(FederatedRun resource) {
    return aggregator.find(ResourceKey.of(resource));
  }

  /// Starts the run of a resource, or takes up the one that the resource was made for.
  Outcome accept(FederatedRun resource, KubernetesClient client) {
    Optional<RunView> mirrored = mirrored(resource);
    if (mirrored.isPresent()) {
      return new Outcome.Accepted(mirrored.get());
    }
    FederatedRunSpec spec = resource.getSpec();
    boolean named = spec.sites() != null && !spec.sites().isEmpty();
    if (named == (spec.siteSelector() != null)) {
      return refuse(
          resource,
          "SitesUnclear",
          named
              ? "spec.sites and spec.siteSelector both say who takes part: give one of them"
              : "nobody takes part: give spec.sites or spec.siteSelector",
          List.of());
    }
    List<String> sites = named ? Objects.requireNonNull(spec.sites()) : selected(resource, client);
    if (sites.isEmpty()) {
      return refuse(
          resource,
          "NoSites",
          "no Site in namespace %s has the labels of spec.siteSelector"
              .formatted(resource.getMetadata().getNamespace()),
          List.of());
    }
    try {
      RunView run = aggregator.create(RestSpec.of(resource, sites), ResourceKey.of(resource));
      events.normal(resource, "Accepted", "run %s".formatted(run.run()));
      return new Outcome.Accepted(run);
    } catch (KumiaiException.Invalid e) {
      return refuse(resource, "SpecInvalid", mistakes(e), RestSpec.everySite(spec, sites));
    }
  }

  private Optional<RunView> mirrored(FederatedRun resource) {
    Map<String, String> annotations = resource.getMetadata().getAnnotations();
    String run = annotations == null ? null : annotations.get(Labels.RUN);
    if (run == null) {
      return Optional.empty();
    }
    try {
      RunId id = new RunId(run);
      return aggregator.attach(id, ResourceKey.of(resource))
          ? Optional.of(aggregator.run(id))
          : Optional.empty();
    } catch (KumiaiException.Invalid | KumiaiException.NotFound e) {
      return Optional.empty();
    }
  }

  private static List<String> selected(FederatedRun resource, KubernetesClient client) {
    return client
        .resources(Site.class)
        .inNamespace(resource.getMetadata().getNamespace())
        .withLabelSelector(resource.getSpec().siteSelector())
        .list()
        .getItems()
        .stream()
        .map(site -> site.getMetadata().getName())
        .sorted()
        .toList();
  }

  private static String mistakes(KumiaiException.Invalid e) {
    return e.violations().isEmpty()
        ? String.valueOf(e.getMessage())
        : e.violations().stream()
            .map(mistake -> "spec%s %s".formatted(mistake.where(), mistake.what()))
            .collect(Collectors.joining("; "));
  }

  private Outcome refuse(FederatedRun resource, String reason, String message, List<String> sites) {
    FederatedRunStatus before = resource.getStatus();
    if (before == null || !message.equals(before.reason())) {
      events.warning(resource, reason, message);
    }
    return new Outcome.Refused(
        RunProgress.pending(resource, reason, message, ready(sites), clock.instant()));
  }

  private String ready(List<String> sites) {
    long there = sites.stream().limit(MOST_LOOKED_UP).filter(this::isKnown).count();
    return there + "/" + sites.size();
  }

  private boolean isKnown(String site) {
    try {
      return aggregator.site(new SiteId(site)).filter(s -> !s.datasets().isEmpty()).isPresent();
    } catch (KumiaiException.Invalid e) {
      return false;
    }
  }
}
