package dev.kumiai.aggregation.store;

import dev.kumiai.aggregation.model.ArtifactRecords;
import dev.kumiai.aggregation.retention.GarbageStore;
import dev.kumiai.aggregation.retention.Reference;
import dev.kumiai.core.Digest;
import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.artifact.ArtifactUsage;
import dev.kumiai.protocol.run.RunSpec;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.TypedQuery;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class JpaArtifactStore implements ArtifactRecords, GarbageStore {

  private static final Logger LOG = Logger.getLogger(JpaArtifactStore.class);

  private static final String ROUNDS = "select r.run, r.round, r.model from Round r where ";
  private static final String STATES = "select r.run, r.round, r.digest from RoundState r where ";
  private static final String TASKS =
      "select r.run, r.round, r.weights, r.aggregatedIn, r.kind from Task r where ";

  private static final String KEPT_BEFORE =
      """
      r.run = :run and exists (
        select 1 from Artifact a
        where a.digest = r.%s and a.removed is null and a.kept <= :before)
      """;

  private static final String UNREFERENCED =
      """
      a.removed is null and a.kept <= :before
        and not exists (select 1 from Task t where t.weights = a.digest)
        and not exists (select 1 from Round r where r.model = a.digest)
        and not exists (select 1 from RoundState s where s.digest = a.digest)
      """;

  private static final String SUMS =
      "select count(a), coalesce(sum(a.bytes), 0L) from Artifact a where ";

  private final EntityManager em;
  private final Clock clock;

  JpaArtifactStore(EntityManager em, Clock clock) {
    this.em = em;
    this.clock = clock;
  }

  /// Twice, since another one may bring the same file at the same time.
  @Override
  public void arrives(Digest digest, long bytes) {
    try {
      QuarkusTransaction.requiringNew().run(() -> write(digest, bytes));
    } catch (RuntimeException e) {
      LOG.debugf("recorded again digest=%s: %s", digest, e.getMessage());
      QuarkusTransaction.requiringNew().run(() -> write(digest, bytes));
    }
  }

  private void write(Digest digest, long bytes) {
    ArtifactEntity row = find(digest, LockModeType.PESSIMISTIC_WRITE);
    if (row == null) {
      persist(digest, bytes, clock.instant());
    } else {
      row.kept = clock.instant();
      row.removed = null;
    }
  }

  private void persist(Digest digest, long bytes, Instant kept) {
    ArtifactEntity row = new ArtifactEntity();
    row.digest = digest.hex();
    row.bytes = bytes;
    row.kept = kept;
    em.persist(row);
  }

  private @Nullable ArtifactEntity find(Digest digest, LockModeType lock) {
    return em.find(ArtifactEntity.class, digest.hex(), lock);
  }

  @Override
  public boolean use(Digest digest) {
    ArtifactEntity row = find(digest, LockModeType.PESSIMISTIC_WRITE);
    if (row == null) {
      return true;
    }
    if (row.removed != null) {
      return false;
    }
    row.kept = clock.instant();
    return true;
  }

  @Override
  public Optional<ArtifactRecord> find(Digest digest) {
    return QuarkusTransaction.joiningExisting()
        .call(
            () ->
                Optional.ofNullable(find(digest, LockModeType.NONE)).map(JpaArtifactStore::record));
  }

  @Override
  public Optional<ArtifactRecord> lock(Digest digest) {
    return Optional.ofNullable(find(digest, LockModeType.PESSIMISTIC_WRITE))
        .map(JpaArtifactStore::record);
  }

  private static ArtifactRecord record(ArtifactEntity row) {
    return new ArtifactRecord(
        new Digest(row.digest), row.bytes, row.kept, Optional.ofNullable(row.removed));
  }

  @Override
  public void removed(Digest digest, Instant at) {
    Objects.requireNonNull(find(digest, LockModeType.NONE)).removed = at;
  }

  @Override
  public void adopt(Digest digest, long bytes, Instant kept) {
    if (find(digest, LockModeType.NONE) == null) {
      persist(digest, bytes, kept);
    }
  }

  @Override
  public List<RunId> runs() {
    return em.createQuery("select id from Run order by created, id", String.class)
        .getResultStream()
        .map(RunId::new)
        .toList();
  }

  @Override
  public List<Digest> initialModels() {
    return em.createQuery("select spec from Run where finished is null", String.class)
        .getResultStream()
        .map(spec -> JsonColumn.read(spec, RunSpec.class).model().initial())
        .filter(Objects::nonNull)
        .toList();
  }

  @Override
  public List<Reference> filesOf(RunId run, Instant before) {
    return references(
        KEPT_BEFORE,
        query -> query.setParameter("run", run.value()).setParameter("before", before));
  }

  @Override
  public List<Reference> references(Digest digest) {
    return references("r.%s = :digest", query -> query.setParameter("digest", digest.hex()));
  }

  /// @param condition with a place for the column that has the digest
  private List<Reference> references(String condition, UnaryOperator<TypedQuery<Object[]>> with) {
    List<Reference> found = new ArrayList<>();
    rows(ROUNDS + condition.formatted("model"), with)
        .map(row -> reference(row, Reference.Role.MODEL))
        .forEach(found::add);
    rows(STATES + condition.formatted("digest"), with)
        .map(row -> reference(row, Reference.Role.STATE))
        .forEach(found::add);
    rows(TASKS + condition.formatted("weights"), with)
        .map(JpaArtifactStore::ofTask)
        .forEach(found::add);
    return found;
  }

  private Stream<Object[]> rows(String query, UnaryOperator<TypedQuery<Object[]>> with) {
    return with.apply(em.createQuery(query, Object[].class)).getResultStream();
  }

  private static Reference reference(Object[] row, Reference.Role role) {
    return new Reference(
        new RunId((String) row[0]), new Digest((String) row[2]), role, (Integer) row[1], true);
  }

  private static Reference ofTask(Object[] row) {
    if (row[4] == TaskKind.INITIALIZE) {
      return reference(row, Reference.Role.MODEL);
    }
    @Nullable Object aggregatedIn = row[3];
    return new Reference(
        new RunId((String) row[0]),
        new Digest((String) row[2]),
        Reference.Role.UPDATE,
        (Integer) (aggregatedIn == null ? row[1] : aggregatedIn),
        aggregatedIn != null);
  }

  @Override
  public List<Digest> unreferenced(Instant before) {
    return em.createQuery(
            "select a.digest from Artifact a where " + UNREFERENCED + " order by a.digest",
            String.class)
        .setParameter("before", before)
        .getResultStream()
        .map(Digest::new)
        .toList();
  }

  @Override
  public ArtifactUsage usage(String store) {
    Object[] kept = sums("a.removed is null");
    Object[] unreferenced =
        em.createQuery(SUMS + UNREFERENCED, Object[].class)
            .setParameter("before", clock.instant())
            .getSingleResult();
    Object[] removed = sums("a.removed is not null");
    return new ArtifactUsage(
        store,
        (Long) kept[0],
        (Long) kept[1],
        (Long) unreferenced[0],
        (Long) unreferenced[1],
        (Long) removed[0],
        (Long) removed[1]);
  }

  private Object[] sums(String condition) {
    return em.createQuery(SUMS + condition, Object[].class).getSingleResult();
  }
}
