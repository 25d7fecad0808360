package dev.kumiai.kubernetes.run;

import dev.kumiai.kubernetes.Creation;
import dev.kumiai.kubernetes.Names;
import dev.kumiai.kubernetes.job.Labels;
import dev.kumiai.kubernetes.resource.FederatedRound;
import dev.kumiai.kubernetes.resource.FederatedRoundSpec;
import dev.kumiai.kubernetes.resource.FederatedRun;
import dev.kumiai.kubernetes.resource.KumiaiGroup;
import dev.kumiai.kubernetes.resource.RunRef;
import dev.kumiai.protocol.run.RoundSpec;
import dev.kumiai.protocol.run.RoundView;
import dev.kumiai.protocol.run.RunView;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// Makes a FederatedRound for each round that started without one, and removes the oldest ones.
@Singleton
class RoundHistory {

  /// A label of those that were made here, and start nothing.
  static final String RECORDED = KumiaiGroup.key("recorded");

  private static final int DEFAULT_LIMIT = 10;

  /// @param present the FederatedRounds of the run
  void show(
      FederatedRun owner,
      RunView run,
      List<RoundView> rounds,
      Collection<FederatedRound> present,
      KubernetesClient client) {
    int limit = Objects.requireNonNullElse(owner.getSpec().roundsHistoryLimit(), DEFAULT_LIMIT);
    Set<String> shown = new HashSet<>();
    present.stream()
        .filter(round -> round.getStatus() != null && round.getStatus().round() != null)
        .forEach(
            round ->
                shown.add(
                    key(
                        round.getStatus().round(),
                        Objects.requireNonNullElse(round.getStatus().incarnation(), 0))));
    present.forEach(round -> shown.add(round.getMetadata().getName()));
    rounds.stream()
        .filter(round -> round.round() > 0)
        .sorted(Comparator.comparingInt(RoundView::round).reversed())
        .limit(Math.max(limit, 1))
        .filter(round -> round.finished() != null || startsByItself(run))
        .filter(round -> !shown.contains(key(round.round(), round.incarnation())))
        .filter(round -> !shown.contains(name(owner, round)))
        .forEach(round -> create(owner, round, client));
    removeOldest(present, limit, client);
  }

  /// Who triggers a round by hand has a resource for it already, whose status may not have been
  /// seen here.
  private static boolean startsByItself(RunView run) {
    return run.spec().round().trigger() == RoundSpec.Trigger.AUTOMATIC;
  }

  private static String key(int round, int incarnation) {
    return round + "#" + incarnation;
  }

  private static String name(FederatedRun owner, RoundView round) {
    return Names.label(
        owner.getMetadata().getName(),
        round.incarnation() == 0
            ? String.valueOf(round.round())
            : "%d-i%d".formatted(round.round(), round.incarnation()));
  }

  private static void create(FederatedRun owner, RoundView round, KubernetesClient client) {
    FederatedRound made = new FederatedRound();
    made.setMetadata(
        new ObjectMetaBuilder()
            .withName(name(owner, round))
            .withNamespace(owner.getMetadata().getNamespace())
            .addToLabels(Labels.MANAGED_BY, Labels.KUMIAI)
            .addToLabels(RECORDED, "true")
            .addToAnnotations(Labels.INCARNATION, String.valueOf(round.incarnation()))
            .addNewOwnerReference()
            .withApiVersion(owner.getApiVersion())
            .withKind(owner.getKind())
            .withName(owner.getMetadata().getName())
            .withUid(owner.getMetadata().getUid())
            .endOwnerReference()
            .build());
    made.setSpec(new FederatedRoundSpec(new RunRef(owner.getMetadata().getName()), round.round()));
    Creation.ensure(made, client);
  }

  private static void removeOldest(
      Collection<FederatedRound> present, int limit, KubernetesClient client) {
    List<FederatedRound> over =
        present.stream()
            .filter(r -> r.getStatus() != null && r.getStatus().completionTime() != null)
            .sorted(
                Comparator.comparing((FederatedRound r) -> r.getStatus().completionTime())
                    .thenComparing(
                        r -> r.getStatus().round(), Comparator.nullsFirst(Integer::compare)))
            .toList();
    over.stream()
        .limit(Math.max(0, over.size() - limit))
        .forEach(round -> client.resource(round).delete());
  }
}
