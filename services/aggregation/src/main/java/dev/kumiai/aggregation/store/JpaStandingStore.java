package dev.kumiai.aggregation.store;

import dev.kumiai.aggregation.run.Standing;
import dev.kumiai.aggregation.run.StandingStore;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.run.RunSiteView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.util.List;

@ApplicationScoped
class JpaStandingStore implements StandingStore {

  private final EntityManager em;

  JpaStandingStore(EntityManager em) {
    this.em = em;
  }

  @Override
  public Standing of(RunId run, SiteId site) {
    StandingEntity row =
        em.find(StandingEntity.class, new StandingEntity.Key(run.value(), site.value()));
    return row == null ? Standing.clean(site) : standing(row);
  }

  @Override
  public List<Standing> of(RunId run) {
    return em.createQuery("from Standing where run = :run order by site", StandingEntity.class)
        .setParameter("run", run.value())
        .getResultStream()
        .map(JpaStandingStore::standing)
        .toList();
  }

  @Override
  public void save(RunId run, Standing standing) {
    RunSiteView.Quarantine quarantine = standing.quarantine();
    StandingEntity row = new StandingEntity();
    row.run = run.value();
    row.site = standing.site().value();
    row.faults = JsonColumn.write(standing.faults());
    row.counted = standing.counted();
    row.quarantined = quarantine == null ? null : quarantine.since();
    row.reason = quarantine == null ? null : quarantine.reason();
    em.merge(row);
  }

  private static Standing standing(StandingEntity row) {
    return new Standing(
        new SiteId(row.site),
        List.of(JsonColumn.read(row.faults, RunSiteView.Faults[].class)),
        row.counted,
        row.quarantined == null || row.reason == null
            ? null
            : new RunSiteView.Quarantine(row.quarantined, row.reason));
  }
}
