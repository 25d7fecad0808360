package dev.kumiai.aggregation.store;

import dev.kumiai.aggregation.pilot.Pilot;
import dev.kumiai.aggregation.pilot.PilotRun;
import dev.kumiai.aggregation.pilot.PilotState;
import dev.kumiai.aggregation.pilot.PilotStore;
import dev.kumiai.aggregation.pilot.PlannedRun;
import dev.kumiai.core.PilotId;
import dev.kumiai.core.RunId;
import dev.kumiai.core.pilot.Arm;
import dev.kumiai.protocol.pilot.Amount;
import dev.kumiai.protocol.pilot.PilotPhase;
import dev.kumiai.protocol.pilot.PilotSpec;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.hibernate.Timeouts;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class JpaPilotStore implements PilotStore {

  private final EntityManager em;

  JpaPilotStore(EntityManager em) {
    this.em = em;
  }

  /// A map of its own type, because its keys are numbers.
  record Drift(SortedMap<Integer, Double> byRound) {}

  @Override
  public void add(Pilot pilot) {
    PilotEntity row = new PilotEntity();
    row.id = pilot.id().value();
    row.created = pilot.created();
    row.spec = JsonColumn.write(pilot.spec());
    write(pilot.state(), row);
    em.persist(row);
  }

  @Override
  public Optional<Pilot> find(PilotId pilot) {
    return Optional.ofNullable(em.find(PilotEntity.class, pilot.value())).map(JpaPilotStore::pilot);
  }

  @Override
  public Optional<Pilot> lock(PilotId pilot) {
    return Optional.ofNullable(
            em.find(PilotEntity.class, pilot.value(), LockModeType.PESSIMISTIC_WRITE))
        .map(JpaPilotStore::pilot);
  }

  @Override
  public Optional<Pilot> lockIfFree(PilotId pilot) {
    return Optional.ofNullable(
            em.find(
                PilotEntity.class,
                pilot.value(),
                LockModeType.PESSIMISTIC_WRITE,
                Timeouts.SKIP_LOCKED))
        .map(JpaPilotStore::pilot);
  }

  @Override
  public void save(Pilot pilot) {
    write(pilot.state(), em.find(PilotEntity.class, pilot.id().value()));
  }

  @Override
  public List<Pilot> newest(int limit) {
    return em.createQuery("from Pilot order by created desc, id", PilotEntity.class)
        .setMaxResults(limit)
        .getResultStream()
        .map(JpaPilotStore::pilot)
        .toList();
  }

  @Override
  public List<PilotId> running() {
    return em.createQuery(
            "select id from Pilot where finished is null order by created, id", String.class)
        .getResultStream()
        .map(PilotId::new)
        .toList();
  }

  @Override
  public void addRun(PilotId pilot, PilotRun run) {
    PlannedRun planned = run.planned();
    PilotRunEntity row = new PilotRunEntity();
    row.pilot = pilot.value();
    row.number = planned.number();
    row.repetition = planned.repetition();
    row.arm = planned.arm().name();
    row.amount = planned.amount() == null ? null : JsonColumn.write(planned.amount());
    row.runId = run.run().value();
    row.drift = drift(run);
    em.persist(row);
  }

  @Override
  public void saveRun(PilotId pilot, PilotRun run) {
    em.find(PilotRunEntity.class, new PilotRunEntity.Key(pilot.value(), run.planned().number()))
            .drift =
        drift(run);
  }

  @Override
  public List<PilotRun> runs(PilotId pilot) {
    return em.createQuery(
            "from PilotRun where pilot = :pilot order by number", PilotRunEntity.class)
        .setParameter("pilot", pilot.value())
        .getResultStream()
        .map(JpaPilotStore::run)
        .toList();
  }

  private static @Nullable String drift(PilotRun run) {
    return run.drift() == null ? null : JsonColumn.write(new Drift(run.drift()));
  }

  private static PilotRun run(PilotRunEntity row) {
    return new PilotRun(
        new PlannedRun(
            row.number,
            row.repetition,
            Arm.valueOf(row.arm),
            row.amount == null ? null : JsonColumn.read(row.amount, Amount.class)),
        new RunId(row.runId),
        row.drift == null
            ? null
            : new TreeMap<>(JsonColumn.read(row.drift, Drift.class).byRound()));
  }

  private static void write(PilotState state, PilotEntity row) {
    row.state = state.phase().name();
    row.reason = state.reason();
    row.finished = state instanceof PilotState.Over over ? over.finished() : null;
  }

  private static Pilot pilot(PilotEntity row) {
    return new Pilot(
        new PilotId(row.id), JsonColumn.read(row.spec, PilotSpec.class), row.created, state(row));
  }

  private static PilotState state(PilotEntity row) {
    return switch (PilotPhase.valueOf(row.state)) {
      case RUNNING -> new PilotState.Running();
      case SUCCEEDED -> new PilotState.Succeeded(Objects.requireNonNull(row.finished));
      case FAILED ->
          new PilotState.Failed(
              Objects.requireNonNull(row.reason), Objects.requireNonNull(row.finished));
      case CANCELLED ->
          new PilotState.Cancelled(
              Objects.requireNonNull(row.reason), Objects.requireNonNull(row.finished));
    };
  }
}
