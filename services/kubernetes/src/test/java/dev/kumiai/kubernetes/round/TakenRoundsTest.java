package dev.kumiai.kubernetes.round;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.kubernetes.resource.FederatedRound;
import dev.kumiai.kubernetes.resource.FederatedRoundSpec;
import dev.kumiai.kubernetes.resource.FederatedRoundStatus;
import dev.kumiai.kubernetes.resource.RunRef;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.api.reconciler.ResourceCache;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TakenRoundsTest {

  private final TakenRounds taken = new TakenRounds();

  private static FederatedRound round(String name, String created, @Nullable Integer has) {
    FederatedRound round = new FederatedRound();
    round.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withNamespace("federation")
            .withUid("uid of " + name)
            .withCreationTimestamp(created)
            .build());
    round.setSpec(new FederatedRoundSpec(new RunRef("castings"), null));
    if (has != null) {
      round.setStatus(
          new FederatedRoundStatus(
              has, 0, "Running", null, null, null, null, null, null, null, null, null, null));
    }
    return round;
  }

  private static ResourceCache<FederatedRound> cache(FederatedRound... rounds) {
    return new ResourceCache<>() {
      @Override
      public Optional<FederatedRound> get(ResourceID id) {
        return list().filter(r -> r.getMetadata().getName().equals(id.getName())).findFirst();
      }

      @Override
      public Stream<ResourceID> keys() {
        return list().map(ResourceID::fromResource);
      }

      @Override
      public Stream<FederatedRound> list(Predicate<FederatedRound> predicate) {
        return List.of(rounds).stream().filter(predicate);
      }

      @Override
      public Stream<FederatedRound> list(String namespace, Predicate<FederatedRound> predicate) {
        return list(predicate);
      }
    };
  }

  @Test
  void aRoundIsGivenOnce() {
    FederatedRound first = round("first", "2026-11-27T12:00:00Z", null);
    FederatedRound second = round("second", "2026-11-27T12:00:01Z", null);

    assertThat(taken.take(first, 1, 0, cache(first, second))).isTrue();
    // What the first was given is not in its status yet, nor is it waiting any more.
    assertThat(
            taken.take(second, 1, 0, cache(round("first", "2026-11-27T12:00:02Z", null), second)))
        .isFalse();
  }

  @Test
  void whoHasARoundMayAskForItAgain() {
    FederatedRound first = round("first", "2026-11-27T12:00:00Z", null);

    assertThat(taken.take(first, 1, 0, cache(first))).isTrue();
    assertThat(taken.take(first, 1, 0, cache(first))).isTrue();
  }

  @Test
  void theNextLeaderKnowsItFromTheStatus() {
    FederatedRound first = round("first", "2026-11-27T12:00:00Z", 1);
    FederatedRound second = round("second", "2026-11-27T12:00:01Z", null);

    assertThat(new TakenRounds().take(second, 1, 0, cache(first, second))).isFalse();
    assertThat(new TakenRounds().take(second, 2, 0, cache(first, second))).isTrue();
  }

  @Test
  void whoCameFirstIsFirst() {
    FederatedRound first = round("b", "2026-11-27T12:00:00Z", null);
    FederatedRound second = round("a", "2026-11-27T12:00:01Z", null);

    assertThat(taken.take(second, 1, 0, cache(first, second))).isFalse();
    assertThat(taken.take(first, 1, 0, cache(first, second))).isTrue();
  }

  @Test
  void aRoundWhoseHolderWasDeletedIsFreeAgain() {
    FederatedRound first = round("first", "2026-11-27T12:00:00Z", null);
    FederatedRound second = round("second", "2026-11-27T12:00:01Z", null);

    assertThat(taken.take(first, 1, 0, cache(first, second))).isTrue();
    assertThat(taken.take(second, 1, 0, cache(second))).isTrue();
  }
}
