package dev.kumiai.engine.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.privacy.AttackResult;
import dev.kumiai.core.privacy.ShadowLosses;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.model.Architecture;
import dev.kumiai.engine.model.LocalMethod;
import dev.kumiai.engine.model.LocalTrainer;
import dev.kumiai.engine.model.Network;
import dev.kumiai.engine.model.TrainingPlan;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class MembershipAttackTest {

  private static final Network NETWORK = Network.of(Architecture.MLP, Bars.FORM, 4);
  private static final TrainingPlan PLAN =
      new TrainingPlan(null, 120, 16, 0.05, 0.9, 0, 0, null, false);

  /// Labels drawn by chance: all that a network can know of them is what it was trained on.
  private static LabelledImages unlearnable(long seed, int count) {
    LabelledImages images = Bars.of(seed, count / 2, count / 2, 0);
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    LabelledImages result = LabelledImages.none(Bars.CLASSES, Bars.FORM);
    for (int i = 0; i < images.size(); i++) {
      String label = Bars.CLASSES.get(random.nextInt(3));
      result = result.plus(Bars.as(label, images.select(new int[] {i})));
    }
    return result;
  }

  private static ModelWeights trained(LabelledImages members) {
    return new LocalTrainer(Bars.DEVICE)
        .train(
            NETWORK,
            NETWORK.initialWeights(1),
            members,
            PLAN,
            LocalMethod.PLAIN,
            1,
            Progress.SILENT)
        .weights();
  }

  private static MembershipAttack attack(LabelledImages members, LabelledImages others) {
    return new MembershipAttack(
        NETWORK, Bars.DEVICE, Candidates.matched(members, others, members.size()));
  }

  @Test
  void whatWasLearnedByHeartIsFoundByEveryAttackAndNotByTheControl() {
    LabelledImages members = unlearnable(1, 100);
    ModelWeights attacked = trained(members);
    MembershipAttack attack = attack(members, unlearnable(2, 100));

    ShadowLosses shadows = attack.shadows(8, PLAN, 7, Progress.SILENT);

    assertThat(shadows.models()).isEqualTo(8);
    MembershipAttack.WithShadows result = attack.withShadows(attacked, shadows);
    double byGuessing = 0.5 + 3 * result.online().aucErrorOfGuessing();
    assertThat(attack.byLoss(attacked).auc()).isGreaterThan(byGuessing);
    assertThat(result.online().auc()).isGreaterThan(byGuessing);
    assertThat(result.offline().auc()).isGreaterThan(byGuessing);
    assertThat(attack.control(shadows).auc()).isBetween(1 - byGuessing, byGuessing);
  }

  @Test
  void aNetworkThatSawNothingGivesNobodyAway() {
    MembershipAttack attack = attack(unlearnable(1, 100), unlearnable(2, 100));
    ModelWeights untrained = NETWORK.initialWeights(1);

    MembershipAttack.WithShadows result =
        attack.withShadows(untrained, attack.shadows(4, PLAN, 7, Progress.SILENT));

    assertThat(attack.byLoss(untrained).auc()).isBetween(0.38, 0.62);
    assertThat(result.online().auc()).isBetween(0.38, 0.62);
    assertThat(result.offline().auc()).isBetween(0.38, 0.62);
  }

  @Test
  void aDifferenceBetweenTheImagesShowsInTheControl() {
    LabelledImages learnable = Bars.of(1, 30, 30, 30);
    LabelledImages others = unlearnable(2, 100);
    MembershipAttack attack = attack(learnable, others);

    ShadowLosses shadows = attack.shadows(4, PLAN, 7, Progress.SILENT);

    AttackResult control = attack.control(shadows);
    assertThat(control.auc()).isGreaterThan(0.5 + 3 * control.aucErrorOfGuessing());
  }

  @Test
  void anOddNumberOfShadowModelsIsRefused() {
    MembershipAttack attack = attack(unlearnable(1, 20), unlearnable(2, 20));

    assertThatThrownBy(() -> attack.shadows(5, PLAN, 7, Progress.SILENT))
        .isInstanceOf(KumiaiException.Invalid.class)
        .hasMessageContaining("an even number of shadow models from 4 to 64, not 5");
  }
}
