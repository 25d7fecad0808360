package dev.kumiai.aggregation.store;

import dev.kumiai.aggregation.site.Site;
import dev.kumiai.aggregation.site.SiteStore;
import dev.kumiai.aggregation.site.Worker;
import dev.kumiai.core.Digest;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import dev.kumiai.protocol.site.DatasetCounts;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

@ApplicationScoped
class JpaSiteStore implements SiteStore {

  private final EntityManager em;
  private final RowChanges changes;

  JpaSiteStore(EntityManager em, RowChanges changes) {
    this.em = em;
    this.changes = changes;
  }

  /// Looks first: where two workers enrol at the same moment H2 logs a conflict, and only there.
  @Override
  public void enrol(SiteId site, Instant now) {
    if (em.find(SiteEntity.class, site.value()) != null) {
      return;
    }
    int added =
        em.createQuery(
                """
                insert into Site (id, enrolled, lastSeen) values (:site, :now, :now)
                on conflict do nothing
                """)
            .setParameter("site", site.value())
            .setParameter("now", now)
            .executeUpdate();
    if (added > 0) {
      changes.note(SiteEntity.class, site.value(), RowChange.Kind.ADDED);
    }
  }

  @Override
  public void lock(SiteId site) {
    em.find(SiteEntity.class, site.value(), LockModeType.PESSIMISTIC_WRITE);
  }

  @Override
  public void addToken(Worker worker, String key, Digest tokenHash, Instant now) {
    SiteTokenEntity row = new SiteTokenEntity();
    row.tokenHash = tokenHash.hex();
    row.site = worker.site().value();
    row.task = worker.task() == null ? null : worker.task().value();
    row.keyId = key;
    row.issued = now;
    em.persist(row);
  }

  @Override
  public Optional<Worker> byToken(Digest tokenHash) {
    return Optional.ofNullable(em.find(SiteTokenEntity.class, tokenHash.hex()))
        .map(
            row ->
                new Worker(new SiteId(row.site), row.task == null ? null : new TaskId(row.task)));
  }

  @Override
  public void seen(SiteId site, Instant now, Instant since) {
    em.createQuery("update Site set lastSeen = :now where id = :site and lastSeen < :since")
        .setParameter("now", now)
        .setParameter("site", site.value())
        .setParameter("since", since)
        .executeUpdate();
  }

  @Override
  public void announce(SiteId site, DatasetCounts counts, Instant now) {
    em.createQuery(
            """
            insert into SiteDataset (site, dataset, perClass, unreadable, announced)
            values (:site, :dataset, :perClass, :unreadable, :now)
            on conflict (site, dataset) do update
            set perClass = excluded.perClass, unreadable = excluded.unreadable,
              announced = excluded.announced
            """)
        .setParameter("site", site.value())
        .setParameter("dataset", counts.dataset())
        .setParameter("perClass", JsonColumn.write(counts.perClass()))
        .setParameter("unreadable", counts.unreadable())
        .setParameter("now", now)
        .executeUpdate();
    changes.note(
        SiteDatasetEntity.class,
        new SiteDatasetEntity.Key(site.value(), counts.dataset()),
        RowChange.Kind.CHANGED);
  }

  @Override
  public Optional<Site> find(SiteId site) {
    return find(List.of(site)).stream().findFirst();
  }

  @Override
  public List<Site> find(Collection<SiteId> sites) {
    List<String> ids = sites.stream().map(SiteId::value).toList();
    return sites(
        em.createQuery("from Site where id in :ids order by id", SiteEntity.class)
            .setParameter("ids", ids)
            .getResultList(),
        em.createQuery(
                "from SiteDataset where site in :ids order by dataset", SiteDatasetEntity.class)
            .setParameter("ids", ids)
            .getResultList());
  }

  @Override
  public List<Site> all() {
    return sites(
        em.createQuery("from Site order by id", SiteEntity.class).getResultList(),
        em.createQuery("from SiteDataset order by dataset", SiteDatasetEntity.class)
            .getResultList());
  }

  private static List<Site> sites(List<SiteEntity> rows, List<SiteDatasetEntity> datasets) {
    Map<String, List<DatasetCounts>> bySite =
        datasets.stream()
            .collect(
                Collectors.groupingBy(
                    row -> row.site,
                    Collectors.mapping(JpaSiteStore::counts, Collectors.toList())));
    return rows.stream()
        .map(
            row ->
                new Site(
                    new SiteId(row.id),
                    row.enrolled,
                    row.lastSeen,
                    bySite.getOrDefault(row.id, List.of())))
        .toList();
  }

  private static DatasetCounts counts(SiteDatasetEntity row) {
    return new DatasetCounts(row.dataset, JsonColumn.readCounts(row.perClass), row.unreadable);
  }
}
