package dev.kumiai.engine.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
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
      new TrainingPlan(null, 60, 16, 0.05, 0.9, 0, 0, null, false);

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

  private static ModelWeights trained(LabelledImages members, int steps) {
    TrainingPlan plan = new TrainingPlan(null, steps, 16, 0.05, 0.9, 0, 0, null, false);
    return new LocalTrainer(Bars.DEVICE)
        .train(
            NETWORK,
            NETWORK.initialWeights(1),
            members,
            plan,
            LocalMethod.PLAIN,
            1,
            Progress.SILENT)
        .weights();
  }

  @Test
  void whatWasLearnedByHeartIsFoundByEveryAttack() {
    LabelledImages members = unlearnable(1, 100);
    LabelledImages others = unlearnable(2, 100);

    MembershipAttack.Result result =
        new MembershipAttack(NETWORK, Bars.DEVICE)
            .withShadows(trained(members, 60), members, others, 8, PLAN, 7, Progress.SILENT);

    assertThat(result.shadows()).isEqualTo(8);
    assertThat(result.byLoss().members()).isEqualTo(100);
    assertThat(result.byLoss().auc()).isGreaterThan(0.6);
    assertThat(result.online().auc()).isGreaterThan(0.6);
    assertThat(result.offline().auc()).isGreaterThan(0.6);
    assertThat(result.online().tprAt1PercentFpr()).isNotNull();
  }

  @Test
  void aNetworkThatSawNothingGivesNobodyAway() {
    LabelledImages members = unlearnable(1, 100);
    LabelledImages others = unlearnable(2, 100);

    MembershipAttack.Result result =
        new MembershipAttack(NETWORK, Bars.DEVICE)
            .withShadows(NETWORK.initialWeights(1), members, others, 4, PLAN, 7, Progress.SILENT);

    assertThat(result.byLoss().auc()).isBetween(0.38, 0.62);
    assertThat(result.online().auc()).isBetween(0.38, 0.62);
    assertThat(result.offline().auc()).isBetween(0.38, 0.62);
  }

  @Test
  void anOddNumberOfShadowModelsIsRefused() {
    LabelledImages images = unlearnable(1, 20);

    assertThatThrownBy(
            () ->
                new MembershipAttack(NETWORK, Bars.DEVICE)
                    .withShadows(
                        NETWORK.initialWeights(1), images, images, 5, PLAN, 7, Progress.SILENT))
        .isInstanceOf(KumiaiException.Invalid.class)
        .hasMessageContaining("an even number of shadow models from 4 to 64, not 5");
  }
}
