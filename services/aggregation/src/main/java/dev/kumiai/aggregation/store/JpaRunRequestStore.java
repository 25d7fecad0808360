package dev.kumiai.aggregation.store;

import dev.kumiai.aggregation.request.Outcome;
import dev.kumiai.aggregation.request.RequestKey;
import dev.kumiai.aggregation.request.RunRequestStore;
import dev.kumiai.core.RunId;
import dev.kumiai.protocol.event.EventData;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

@ApplicationScoped
class JpaRunRequestStore implements RunRequestStore {

  private final EntityManager em;

  JpaRunRequestStore(EntityManager em) {
    this.em = em;
  }

  /// Looks first: where two aggregators take one request at the same moment H2 logs a conflict, and
  /// only there.
  @Override
  public OptionalLong take(RequestKey request, Instant now) {
    if (row(request).isPresent()) {
      return OptionalLong.empty();
    }
    int noted =
        em.createQuery(
                """
                insert into RunRequest (source, id, taken) values (:source, :id, :now)
                on conflict do nothing
                """)
            .setParameter("source", request.source())
            .setParameter("id", request.id())
            .setParameter("now", now)
            .executeUpdate();
    return noted == 0 ? OptionalLong.empty() : OptionalLong.of(row(request).orElseThrow().number);
  }

  @Override
  public void settle(long number, Outcome outcome) {
    RunRequestEntity row = em.find(RunRequestEntity.class, number);
    switch (outcome) {
      case Outcome.Accepted accepted -> row.run = accepted.run().value();
      case Outcome.Refused refused -> row.refusal = JsonColumn.write(refused.why());
    }
  }

  @Override
  public Optional<Outcome> outcome(RequestKey request) {
    return row(request).map(JpaRunRequestStore::outcome);
  }

  private static Outcome outcome(RunRequestEntity row) {
    if (row.run != null) {
      return new Outcome.Accepted(new RunId(row.run));
    }
    if (row.refusal != null) {
      return new Outcome.Refused(JsonColumn.read(row.refusal, EventData.Refusal.class));
    }
    throw new IllegalStateException("request " + row.number + " was left without an outcome");
  }

  private Optional<RunRequestEntity> row(RequestKey request) {
    return em.createQuery(
            "from RunRequest where source = :source and id = :id", RunRequestEntity.class)
        .setParameter("source", request.source())
        .setParameter("id", request.id())
        .getResultStream()
        .findFirst();
  }
}
