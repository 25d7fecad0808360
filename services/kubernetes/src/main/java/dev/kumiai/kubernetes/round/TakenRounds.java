package dev.kumiai.kubernetes.round;

import dev.kumiai.kubernetes.resource.FederatedRound;
import dev.kumiai.kubernetes.resource.FederatedRoundStatus;
import io.javaoperatorsdk.operator.api.reconciler.ResourceCache;
import jakarta.inject.Singleton;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Which FederatedRound has which round: the leader gives each to one. What it gave is in the
/// status of that one, from where the next leader knows it.
@Singleton
class TakenRounds {

  /// Who came first has the first round.
  private static final Comparator<FederatedRound> ORDER =
      Comparator.comparing((FederatedRound one) -> one.getMetadata().getCreationTimestamp())
          .thenComparing(one -> one.getMetadata().getName());

  private final Map<Key, String> holders = new ConcurrentHashMap<>();

  private record Key(String namespace, String run, int round, int incarnation) {}

  /// Takes a round, unless another one has it, or waits for longer.
  boolean take(
      FederatedRound who, int round, int incarnation, ResourceCache<FederatedRound> others) {
    String namespace = who.getMetadata().getNamespace();
    String run = who.getSpec().runRef().name();
    String uid = who.getMetadata().getUid();
    boolean shown =
        others
            .list(
                namespace,
                other ->
                    other.getSpec().runRef().name().equals(run)
                        && !other.getMetadata().getUid().equals(uid)
                        && other.getStatus() != null
                        && Integer.valueOf(round).equals(other.getStatus().round())
                        && Integer.valueOf(incarnation).equals(other.getStatus().incarnation()))
            .findAny()
            .isPresent();
    return !shown
        && others.list(namespace, other -> isAhead(other, who, round)).findAny().isEmpty()
        && uid.equals(
            holders.merge(
                new Key(namespace, run, round, incarnation),
                uid,
                (holder, asked) -> exists(holder, namespace, others) ? holder : asked));
  }

  private static boolean isAhead(FederatedRound other, FederatedRound who, int round) {
    FederatedRoundStatus status = other.getStatus();
    Integer wanted = other.getSpec().round();
    return other.getSpec().runRef().equals(who.getSpec().runRef())
        && (status == null || (status.round() == null && status.completionTime() == null))
        && (wanted == null || wanted == round)
        && ORDER.compare(other, who) < 0;
  }

  private static boolean exists(
      String uid, String namespace, ResourceCache<FederatedRound> others) {
    return others
        .list(namespace, other -> other.getMetadata().getUid().equals(uid))
        .findAny()
        .isPresent();
  }
}
