package dev.kumiai.aggregation.run;

import dev.kumiai.aggregation.config.ArtifactConfig;
import dev.kumiai.aggregation.site.Site;
import dev.kumiai.aggregation.site.SiteStore;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.site.DatasetCounts;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/// Starts a run. Whoever asks for one, by HTTP or otherwise, ends here.
@ApplicationScoped
public class CreateRun {

  private static final Logger LOG = Logger.getLogger(CreateRun.class);

  private final RunStore runs;
  private final SiteStore sites;
  private final RunSpecCheck check;
  private final ArtifactConfig artifacts;
  private final Event<RunChanged> runChanged;
  private final Clock clock;

  CreateRun(
      RunStore runs,
      SiteStore sites,
      RunSpecCheck check,
      ArtifactConfig artifacts,
      Event<RunChanged> runChanged,
      Clock clock) {
    this.runs = runs;
    this.sites = sites;
    this.check = check;
    this.artifacts = artifacts;
    this.runChanged = runChanged;
    this.clock = clock;
  }

  /// Records a run; the engine takes it from there.
  ///
  /// @param mistakes found while the spec was read, by JSON pointer
  /// @throws KumiaiException.Invalid `run-spec-invalid` with every mistake
  @Transactional
  public Run create(RunSpec asked, List<Violation> mistakes) {
    return createNow(asked, mistakes);
  }

  /// Records the run that a custom resource asks for, once: whoever comes with that resource again
  /// is given the run that there is, whatever its spec says by then.
  ///
  /// @param resource as in [RunResources]
  /// @throws KumiaiException.Invalid `run-spec-invalid` with every mistake
  public Run create(RunSpec asked, List<Violation> mistakes, String resource) {
    try {
      return QuarkusTransaction.requiringNew()
          .call(
              () ->
                  runs.findByResource(resource)
                      .orElseGet(
                          () -> {
                            Run run = createNow(asked, mistakes);
                            runs.attach(run.id(), resource);
                            return run;
                          }));
    } catch (RuntimeException e) {
      // Somebody else may have been first at the same moment: the database lets one in.
      return QuarkusTransaction.requiringNew()
          .call(() -> runs.findByResource(resource))
          .orElseThrow(() -> e);
    }
  }

  private Run createNow(RunSpec asked, List<Violation> mistakes) {
    List<Violation> violations = check.violations(asked, mistakes);
    if (!violations.isEmpty()) {
      throw invalid(violations);
    }
    RunSpec spec =
        AsynchronousRounds.complete(
            asked.withStrategy(ChosenStrategy.complete(asked.strategy(), asked.training())));
    Instant now = clock.instant();
    Run run = new Run(RunId.random(), retained(spec), now, 0, new RunState.Initializing(now));
    runs.add(run, GenerationPlan.participants(spec, counts(spec)));
    runChanged.fire(new RunChanged(run.id()));
    LOG.infof(
        "run created run=%s name=\"%s\" sites=%d", run.id(), spec.name(), spec.sites().size());
    return run;
  }

  /// The retention of a run is that of its creation, though the configuration may change.
  private RunSpec retained(RunSpec spec) {
    return spec.retention() == null ? spec.withRetention(artifacts.retention().spec()) : spec;
  }

  /// The refusal of a spec.
  public static KumiaiException.Invalid invalid(List<Violation> violations) {
    return new KumiaiException.Invalid(
        "run-spec-invalid",
        "the spec of the run has mistakes: correct them and send it again",
        violations);
  }

  private SortedMap<SiteId, DatasetCounts> counts(RunSpec spec) {
    SortedMap<SiteId, DatasetCounts> counts = new TreeMap<>();
    for (Site site : sites.find(spec.sites())) {
      counts.put(site.id(), site.counts(spec.data().dataset()).orElseThrow());
    }
    return counts;
  }
}
