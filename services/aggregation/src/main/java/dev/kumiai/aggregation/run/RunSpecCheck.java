package dev.kumiai.aggregation.run;

import dev.kumiai.aggregation.site.Site;
import dev.kumiai.aggregation.site.SiteStore;
import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.protocol.run.RunSpec;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Finds everything that is wrong with a spec, against itself and against what the sites announced.
@ApplicationScoped
public class RunSpecCheck {

  private final SiteStore sites;

  RunSpecCheck(SiteStore sites) {
    this.sites = sites;
  }

  public List<Violation> violations(RunSpec spec) {
    List<Violation> violations = new ArrayList<>();
    Set<Object> found = new HashSet<>();
    for (Site site : sites.find(spec.sites())) {
      found.add(site.id());
      if (site.counts(spec.data().dataset()).isEmpty()) {
        violations.add(new Violation("/sites", "site '" + site.id() + "' has no such data set"));
      }
    }
    spec.sites().stream()
        .filter(site -> !found.contains(site))
        .forEach(site -> violations.add(new Violation("/sites", "'" + site + "' not enrolled")));
    return violations;
  }
}
