package dev.kumiai.aggregation.run;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Which custom resource of Kubernetes mirrors which run: one stands for one run, for ever.
///
/// A resource is told by a text of at most 512 characters, which means nothing here. Whoever makes
/// it has what tells a resource from a later one of the same name in it.
@ApplicationScoped
public class RunResources {

  /// Runs that are looked at in one go.
  private static final int MOST_UNMIRRORED = 100;

  /// A run that was over before long is history, and is not mirrored any more.
  private static final Duration NEWS = Duration.ofHours(1);

  private final RunStore runs;
  private final Clock clock;

  RunResources(RunStore runs, Clock clock) {
    this.runs = runs;
    this.clock = clock;
  }

  /// Notes which resource mirrors a run. The same again changes nothing.
  ///
  /// @throws KumiaiException.NotFound `run-unknown`
  /// @throws KumiaiException.Conflict `run-mirrored-already` when the run has another resource, or
  ///   the resource another run
  @Transactional
  public void attach(RunId run, String resource) {
    if (runs.lock(run).isEmpty()) {
      throw Runs.unknown(run);
    }
    String known = runs.resourceOf(run).orElse(null);
    if (resource.equals(known)) {
      return;
    }
    if (known != null) {
      throw new KumiaiException.Conflict(
          "run-mirrored-already", "run %s has the resource '%s' already".formatted(run, known));
    }
    runs.findByResource(resource)
        .ifPresent(
            other -> {
              throw new KumiaiException.Conflict(
                  "run-mirrored-already",
                  "resource '%s' mirrors run %s already".formatted(resource, other.id()));
            });
    runs.attach(run, resource);
  }

  /// The run that a resource mirrors.
  @Transactional
  public Optional<Run> find(String resource) {
    return runs.findByResource(resource);
  }

  /// The oldest runs that no resource mirrors and that go on, or were over within the last hour;
  /// 100 at most.
  @Transactional
  public List<Run> unmirrored() {
    return runs.withoutResource(clock.instant().minus(NEWS), MOST_UNMIRRORED);
  }
}
