package dev.kumiai.kubernetes.round;

import dev.kumiai.kubernetes.resource.FederatedRound;
import io.javaoperatorsdk.operator.api.reconciler.ResourceCache;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Which FederatedRound has which round: the leader gives each to one. What it gave is in the
/// status of that one, from where the next leader knows it.
@Singleton
class TakenRounds {

  private final Map<Key, String> holders = new ConcurrentHashMap<>();

  private record Key(String namespace, String run, int round, int incarnation) {}

  /// Takes a round, unless another one has it.
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
        && uid.equals(
            holders.merge(
                new Key(namespace, run, round, incarnation),
                uid,
                (holder, asked) -> exists(holder, namespace, others) ? holder : asked));
  }

  private static boolean exists(
      String uid, String namespace, ResourceCache<FederatedRound> others) {
    return others
        .list(namespace, other -> other.getMetadata().getUid().equals(uid))
        .findAny()
        .isPresent();
  }
}
