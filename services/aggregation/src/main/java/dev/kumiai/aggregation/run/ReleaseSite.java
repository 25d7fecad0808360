package dev.kumiai.aggregation.run;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.run.EvaluationSpec;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.transaction.Transactional;
import org.jboss.logging.Logger;

/// Lets a site take part again that is in quarantine.
@ApplicationScoped
public class ReleaseSite {

  private static final Logger LOG = Logger.getLogger(ReleaseSite.class);

  private final RunStore runs;
  private final StandingStore standings;
  private final Event<RunChanged> runChanged;

  ReleaseSite(RunStore runs, StandingStore standings, Event<RunChanged> runChanged) {
    this.runs = runs;
    this.standings = standings;
    this.runChanged = runChanged;
  }

  /// Releases a site; one that is not in quarantine is not changed.
  ///
  /// @throws KumiaiException.NotFound `site-not-in-run`
  @Transactional
  public Run release(RunId id, SiteId site) {
    Run run = runs.lock(id).orElseThrow(() -> Runs.unknown(id));
    EvaluationSpec evaluation = run.spec().evaluation();
    if (!run.spec().sites().contains(site)
        && (evaluation == null || !evaluation.sites().contains(site))) {
      throw new KumiaiException.NotFound(
          "site-not-in-run", "site '%s' takes no part in run %s".formatted(site, id));
    }
    Standing standing = standings.of(id, site);
    if (standing.quarantine() != null) {
      standings.save(id, standing.release());
      runChanged.fire(new RunChanged(id));
      LOG.infof("site released run=%s site=%s", id, site);
    }
    return run;
  }
}
