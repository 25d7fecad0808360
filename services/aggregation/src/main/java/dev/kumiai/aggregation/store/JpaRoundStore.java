package dev.kumiai.aggregation.store;

import dev.kumiai.aggregation.round.Round;
import dev.kumiai.aggregation.round.RoundStore;
import dev.kumiai.aggregation.task.ServerMemory;
import dev.kumiai.core.Digest;
import dev.kumiai.core.RunId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

@ApplicationScoped
class JpaRoundStore implements RoundStore, ServerMemory {

  private final EntityManager em;

  JpaRoundStore(EntityManager em) {
    this.em = em;
  }

  @Override
  public void save(RunId run, Round round) {
    RoundEntity row = new RoundEntity();
    row.run = run.value();
    row.round = round.number();
    row.incarnation = round.incarnation();
    row.started = round.started();
    row.model = round.model() == null ? null : round.model().hex();
    row.accuracy = round.accuracy();
    row.loss = round.loss();
    row.finished = round.finished();
    row.supersededBy = round.supersededBy();
    em.merge(row);
  }

  @Override
  public List<Round> of(RunId run) {
    return em.createQuery(
            "from Round where run = :run and supersededBy is null order by round",
            RoundEntity.class)
        .setParameter("run", run.value())
        .getResultStream()
        .map(JpaRoundStore::round)
        .toList();
  }

  @Override
  public List<Round> history(RunId run) {
    return em.createQuery(
            "from Round where run = :run order by incarnation, round", RoundEntity.class)
        .setParameter("run", run.value())
        .getResultStream()
        .map(JpaRoundStore::round)
        .toList();
  }

  @Override
  public void addStates(RunId run, Round round, Map<String, Digest> states) {
    states.forEach(
        (name, digest) -> {
          RoundStateEntity row = new RoundStateEntity();
          row.run = run.value();
          row.round = round.number();
          row.incarnation = round.incarnation();
          row.name = name;
          row.digest = digest.hex();
          em.persist(row);
        });
  }

  @Override
  public Map<String, Digest> states(RunId run, int round) {
    return of(run).stream()
        .filter(counting -> counting.number() == round)
        .findFirst()
        .map(counting -> states(run, counting))
        .orElse(Map.of());
  }

  @Override
  public Map<String, Digest> states(RunId run, Round round) {
    return em.createQuery(
            """
            from RoundState where run = :run and round = :round and incarnation = :incarnation
            """,
            RoundStateEntity.class)
        .setParameter("run", run.value())
        .setParameter("round", round.number())
        .setParameter("incarnation", round.incarnation())
        .getResultStream()
        .collect(Collectors.toUnmodifiableMap(row -> row.name, row -> new Digest(row.digest)));
  }

  @Override
  public Optional<Digest> after(RunId run, int round, String state) {
    return Optional.ofNullable(states(run, round).get(state));
  }

  @Override
  public Map<RunId, Double> newestAccuracy(Collection<RunId> runs) {
    Map<RunId, Double> newest = new HashMap<>();
    em.createQuery(
            """
            from Round where run in :runs and accuracy is not null and supersededBy is null
            order by round
            """,
            RoundEntity.class)
        .setParameter("runs", runs.stream().map(RunId::value).toList())
        .getResultStream()
        .forEach(row -> newest.put(new RunId(row.run), row.accuracy));
    return newest;
  }

  private static Round round(RoundEntity row) {
    return new Round(
        row.round,
        row.incarnation,
        row.started,
        row.model == null ? null : new Digest(row.model),
        row.accuracy,
        row.loss,
        row.finished,
        row.supersededBy);
  }
}
