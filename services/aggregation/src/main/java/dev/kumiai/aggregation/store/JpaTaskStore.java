package dev.kumiai.aggregation.store;

import dev.kumiai.aggregation.task.Proof;
import dev.kumiai.aggregation.task.Task;
import dev.kumiai.aggregation.task.TaskStore;
import dev.kumiai.core.Digest;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.run.TaskView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.TypedQuery;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hibernate.Timeouts;

@ApplicationScoped
class JpaTaskStore implements TaskStore {

  /// A site has one task at a time of each run that goes on.
  private static final int MOST_CANDIDATES = 100;

  private final EntityManager em;

  JpaTaskStore(EntityManager em) {
    this.em = em;
  }

  @Override
  public void add(List<Task> tasks) {
    for (Task task : tasks) {
      TaskEntity row = new TaskEntity();
      row.id = task.id().value();
      row.run = task.run().value();
      row.site = task.site().value();
      row.kind = task.kind();
      row.round = task.round();
      row.incarnation = task.incarnation();
      row.created = task.created();
      TaskStateColumns.write(task.state(), row);
      em.persist(row);
    }
  }

  @Override
  public Optional<Task> find(TaskId task) {
    return Optional.ofNullable(em.find(TaskEntity.class, task.value())).map(JpaTaskStore::task);
  }

  @Override
  public Optional<RunId> runOf(TaskId task) {
    return em.createQuery("select run from Task where id = :id", String.class)
        .setParameter("id", task.value())
        .getResultStream()
        .map(RunId::new)
        .findFirst();
  }

  @Override
  public Optional<Task> lock(TaskId task) {
    return Optional.ofNullable(
            em.find(TaskEntity.class, task.value(), LockModeType.PESSIMISTIC_WRITE))
        .map(JpaTaskStore::task);
  }

  @Override
  public void sign(TaskId task, Proof proof) {
    TaskEntity row = em.find(TaskEntity.class, task.value());
    row.keyId = proof.key();
    row.signatureInput = proof.signatureInput();
    row.signature = proof.signature();
  }

  @Override
  public List<TaskId> openOf(SiteId site) {
    return em.createQuery(
            "select id from Task where site = :site and state in :open order by created, id",
            String.class)
        .setParameter("site", site.value())
        .setParameter("open", List.of(TaskView.State.PENDING, TaskView.State.CLAIMED))
        .getResultStream()
        .map(TaskId::new)
        .toList();
  }

  @Override
  public void save(Task task) {
    TaskStateColumns.write(task.state(), em.find(TaskEntity.class, task.id().value()));
  }

  /// Each candidate is locked by itself: a locking query that sorts would, in H2, lock all rows
  /// that it sorts, and leave nothing for who asks next.
  @Override
  public Optional<Task> lockClaimable(SiteId site, Set<TaskKind> kinds, Instant now) {
    return em
        .createQuery(
            """
            select t.id from Task t
            where t.site = :site and t.state = PENDING and t.kind in :kinds and t.availableAt <= :now
              and exists (
                select 1 from Run r
                where r.id = t.run and r.executor = AGENTS and r.finished is null
                  and r.state <> 'SUSPENDED')
            order by t.created, t.id
            """,
            String.class)
        .setParameter("site", site.value())
        .setParameter("kinds", kinds)
        .setParameter("now", now)
        .setMaxResults(MOST_CANDIDATES)
        .getResultList()
        .stream()
        .flatMap(id -> lockIfFree(id).stream())
        .filter(row -> row.state == TaskView.State.PENDING)
        .findFirst()
        .map(JpaTaskStore::task);
  }

  @Override
  public Optional<Task> lockClaimable(TaskId task, Instant now) {
    return em
        .createQuery(
            """
            select t.id from Task t
            where t.id = :task and t.state = PENDING and t.availableAt <= :now
              and exists (
                select 1 from Run r
                where r.id = t.run and r.finished is null and r.state <> 'SUSPENDED')
            """,
            String.class)
        .setParameter("task", task.value())
        .setParameter("now", now)
        .getResultList()
        .stream()
        .flatMap(id -> lockIfFree(id).stream())
        .filter(row -> row.state == TaskView.State.PENDING)
        .findFirst()
        .map(JpaTaskStore::task);
  }

  private Optional<TaskEntity> lockIfFree(String task) {
    return Optional.ofNullable(
        em.find(TaskEntity.class, task, LockModeType.PESSIMISTIC_WRITE, Timeouts.SKIP_LOCKED));
  }

  @Override
  public List<SiteId> sitesWithWork(Instant now) {
    return em.createQuery(
            """
            select distinct t.site from Task t
            where t.state = PENDING and t.availableAt <= :now
              and exists (select 1 from Run r where r.id = t.run and r.executor = AGENTS)
            """,
            String.class)
        .setParameter("now", now)
        .getResultStream()
        .map(SiteId::new)
        .toList();
  }

  @Override
  public List<TaskId> expired(Instant now) {
    return em.createQuery(
            "select id from Task where state = CLAIMED and leaseUntil <= :now order by id",
            String.class)
        .setParameter("now", now)
        .getResultStream()
        .map(TaskId::new)
        .toList();
  }

  @Override
  public List<Task> of(RunId run, TaskKind kind, int round) {
    return em.createQuery(
            """
            from Task t
            where t.run = :run and t.kind = :kind and t.round = :round
              and exists (
                select 1 from Round r
                where r.run = t.run and r.round = t.round and r.incarnation = t.incarnation
                  and r.supersededBy is null)
            order by t.site
            """,
            TaskEntity.class)
        .setParameter("run", run.value())
        .setParameter("kind", kind)
        .setParameter("round", round)
        .getResultStream()
        .map(JpaTaskStore::task)
        .toList();
  }

  @Override
  public List<Task> of(RunId run, TaskKind kind, int round, int incarnation) {
    return tasks(
        em.createQuery(
                """
            from Task
            where run = :run and kind = :kind and round = :round and incarnation = :incarnation
            order by site
            """,
                TaskEntity.class)
            .setParameter("run", run.value())
            .setParameter("kind", kind)
            .setParameter("round", round)
            .setParameter("incarnation", incarnation));
  }

  @Override
  public List<Task> open(RunId run) {
    return tasks(
        em.createQuery(
                """
            from Task where run = :run and state in (PENDING, CLAIMED)
            order by round, kind, site
            """,
                TaskEntity.class)
            .setParameter("run", run.value()));
  }

  @Override
  public List<Task> buffered(RunId run) {
    return tasks(
        em.createQuery(
                """
            from Task t
            where t.run = :run and t.kind = TRAIN and t.state = SUCCEEDED
              and t.aggregatedIn is null
              and t.incarnation = (select r.incarnation from Run r where r.id = t.run)
            order by t.finished, t.site, t.round
            """,
                TaskEntity.class)
            .setParameter("run", run.value()));
  }

  @Override
  public List<Task> aggregatedIn(RunId run, int round, int incarnation) {
    return tasks(
        em.createQuery(
                """
            from Task
            where run = :run and aggregatedIn = :round and incarnation = :incarnation
            order by site, round
            """,
                TaskEntity.class)
            .setParameter("run", run.value())
            .setParameter("round", round)
            .setParameter("incarnation", incarnation));
  }

  @Override
  public Optional<Digest> newestUpdate(RunId run, SiteId site, int before) {
    return em.createQuery(
            """
            select t.weights from Task t
            where t.run = :run and t.site = :site and t.kind = TRAIN and t.state = SUCCEEDED
              and t.round < :before
              and exists (
                select 1 from Round r
                where r.run = t.run and r.round = t.round and r.incarnation = t.incarnation
                  and r.supersededBy is null)
            order by t.round desc
            """,
            String.class)
        .setParameter("run", run.value())
        .setParameter("site", site.value())
        .setParameter("before", before)
        .setMaxResults(1)
        .getResultStream()
        .map(Digest::new)
        .findFirst();
  }

  @Override
  public List<Task> of(RunId run) {
    return em.createQuery(
            "from Task where run = :run order by incarnation, round, created, site",
            TaskEntity.class)
        .setParameter("run", run.value())
        .getResultStream()
        .map(JpaTaskStore::task)
        .toList();
  }

  private static List<Task> tasks(TypedQuery<TaskEntity> query) {
    return query.getResultStream().map(JpaTaskStore::task).toList();
  }

  private static Task task(TaskEntity row) {
    return new Task(
        new TaskId(row.id),
        new RunId(row.run),
        new SiteId(row.site),
        row.kind,
        row.round,
        row.incarnation,
        row.created,
        TaskStateColumns.read(row));
  }
}
