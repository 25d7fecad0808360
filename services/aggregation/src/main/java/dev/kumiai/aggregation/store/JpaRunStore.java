package dev.kumiai.aggregation.store;

import dev.kumiai.aggregation.run.Participant;
import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunStore;
import dev.kumiai.core.Digest;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.site.DatasetCounts;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.hibernate.Timeouts;

@ApplicationScoped
class JpaRunStore implements RunStore {

  private final EntityManager em;

  JpaRunStore(EntityManager em) {
    this.em = em;
  }

  @Override
  public void add(Run run, List<Participant> participants) {
    RunEntity row = new RunEntity();
    row.id = run.id().value();
    row.created = run.created();
    row.spec = JsonColumn.write(run.spec());
    row.executor = run.spec().executor();
    row.incarnation = run.incarnation();
    RunStateColumns.write(run.state(), row);
    em.persist(row);
    participants.forEach(participant -> em.persist(row(run.id(), participant)));
  }

  private static RunSiteEntity row(RunId run, Participant participant) {
    RunSiteEntity row = new RunSiteEntity();
    row.run = run.value();
    row.site = participant.site().value();
    row.counts = JsonColumn.write(participant.counts());
    row.budget = JsonColumn.write(participant.budget());
    row.plan = participant.plan() == null ? null : participant.plan().hex();
    return row;
  }

  @Override
  public Optional<Run> find(RunId run) {
    return Optional.ofNullable(em.find(RunEntity.class, run.value())).map(JpaRunStore::run);
  }

  @Override
  public Optional<Run> lock(RunId run) {
    return Optional.ofNullable(
            em.find(RunEntity.class, run.value(), LockModeType.PESSIMISTIC_WRITE))
        .map(JpaRunStore::run);
  }

  @Override
  public Optional<Run> lockIfFree(RunId run) {
    return Optional.ofNullable(
            em.find(
                RunEntity.class, run.value(), LockModeType.PESSIMISTIC_WRITE, Timeouts.SKIP_LOCKED))
        .map(JpaRunStore::run);
  }

  @Override
  public void save(Run run) {
    RunEntity row = em.find(RunEntity.class, run.id().value());
    row.incarnation = run.incarnation();
    RunStateColumns.write(run.state(), row);
  }

  @Override
  public void saveSpec(Run run) {
    em.find(RunEntity.class, run.id().value()).spec = JsonColumn.write(run.spec());
  }

  @Override
  public Optional<Digest> modelAfter(RunId run, int round, int incarnation) {
    return em.createQuery(
            """
            from Round where run = :run and round = :round and incarnation <= :incarnation
            order by incarnation desc
            """,
            RoundEntity.class)
        .setParameter("run", run.value())
        .setParameter("round", round)
        .setParameter("incarnation", incarnation)
        .setMaxResults(1)
        .getResultStream()
        .findFirst()
        .map(row -> row.model)
        .map(Digest::new);
  }

  @Override
  public List<Run> newest(int limit) {
    return em.createQuery("from Run order by created desc, id", RunEntity.class)
        .setMaxResults(limit)
        .getResultStream()
        .map(JpaRunStore::run)
        .toList();
  }

  @Override
  public List<RunId> unsettled() {
    return em.createQuery(
            "select r.id from Run r where r.finished is null order by r.created", String.class)
        .getResultStream()
        .map(RunId::new)
        .toList();
  }

  @Override
  public void attach(RunId run, String resource) {
    em.find(RunEntity.class, run.value()).resource = resource;
  }

  @Override
  public Optional<String> resourceOf(RunId run) {
    return em.createQuery("select resource from Run where id = :run", String.class)
        .setParameter("run", run.value())
        .getResultStream()
        .filter(Objects::nonNull)
        .findFirst();
  }

  @Override
  public Optional<Run> findByResource(String resource) {
    return em.createQuery("from Run where resource = :resource", RunEntity.class)
        .setParameter("resource", resource)
        .getResultStream()
        .map(JpaRunStore::run)
        .findFirst();
  }

  @Override
  public List<Run> withoutResource(Instant since, int limit) {
    return em.createQuery(
            """
            from Run where resource is null and (finished is null or finished >= :since)
            order by created, id
            """,
            RunEntity.class)
        .setParameter("since", since)
        .setMaxResults(limit)
        .getResultStream()
        .map(JpaRunStore::run)
        .toList();
  }

  @Override
  public List<Participant> participants(RunId run) {
    return em.createQuery("from RunSite where run = :run order by site", RunSiteEntity.class)
        .setParameter("run", run.value())
        .getResultStream()
        .map(JpaRunStore::participant)
        .toList();
  }

  @Override
  public Optional<Participant> participant(RunId run, SiteId site) {
    return Optional.ofNullable(
            em.find(RunSiteEntity.class, new RunSiteEntity.Key(run.value(), site.value())))
        .map(JpaRunStore::participant);
  }

  private static Run run(RunEntity row) {
    return new Run(
        new RunId(row.id),
        JsonColumn.read(row.spec, RunSpec.class),
        row.created,
        row.incarnation,
        RunStateColumns.read(row));
  }

  private static Participant participant(RunSiteEntity row) {
    return new Participant(
        new SiteId(row.site),
        JsonColumn.read(row.counts, DatasetCounts.class),
        JsonColumn.readCounts(row.budget),
        row.plan == null ? null : new Digest(row.plan));
  }
}
