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
    row.started = round.started();
    row.model = round.model() == null ? null : round.model().hex();
    row.accuracy = round.accuracy();
    row.loss = round.loss();
    row.finished = round.finished();
    em.merge(row);
  }

  @Override
  public List<Round> of(RunId run) {
    return em.createQuery("from Round where run = :run order by round", RoundEntity.class)
        .setParameter("run", run.value())
        .getResultStream()
        .map(JpaRoundStore::round)
        .toList();
  }

  @Override
  public void addStates(RunId run, int round, Map<String, Digest> states) {
    states.forEach(
        (name, digest) -> {
          RoundStateEntity row = new RoundStateEntity();
          row.run = run.value();
          row.round = round;
          row.name = name;
          row.digest = digest.hex();
          em.persist(row);
        });
  }

  @Override
  public Map<String, Digest> states(RunId run, int round) {
    return em.createQuery(
            "from RoundState where run = :run and round = :round", RoundStateEntity.class)
        .setParameter("run", run.value())
        .setParameter("round", round)
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
            "from Round where run in :runs and accuracy is not null order by round",
            RoundEntity.class)
        .setParameter("runs", runs.stream().map(RunId::value).toList())
        .getResultStream()
        .forEach(row -> newest.put(new RunId(row.run), row.accuracy));
    return newest;
  }

  private static Round round(RoundEntity row) {
    return new Round(
        row.round,
        row.started,
        row.model == null ? null : new Digest(row.model),
        row.accuracy,
        row.loss,
        row.finished);
  }
}
