package dev.kumiai.engine.quality;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.privacy.AttackResult;
import dev.kumiai.core.privacy.LikelihoodRatioAttack;
import dev.kumiai.core.privacy.LikelihoodRatioAttack.Deviation;
import dev.kumiai.core.privacy.ShadowLosses;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.model.LocalMethod;
import dev.kumiai.engine.model.LocalTrainer;
import dev.kumiai.engine.model.Network;
import dev.kumiai.engine.model.Predictor;
import dev.kumiai.engine.model.TrainingPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/// Attacks a trained network as somebody would who has it and wants to know what it was trained on:
/// by its losses, and by those of shadow models. For pilots, whose virtual sites' members are
/// known; shadow models take as many trainings as there are.
public final class MembershipAttack {

  /// Of each kind, the deviation takes two.
  public static final int LEAST_SHADOWS = 4;

  /// A pilot waits for no more.
  public static final int MOST_SHADOWS = 64;

  private final Network network;
  private final EngineDevice device;

  /// Attacks networks of one kind.
  public MembershipAttack(Network network, EngineDevice device) {
    this.network = network;
    this.device = device;
  }

  /// How three attacks did on the same samples.
  ///
  /// @param byLoss a low loss is a member (Yeom et al. 2018)
  /// @param online LiRA with shadow models that were and were not trained on each sample
  /// @param offline LiRA with those that were not
  /// @param shadows shadow models that were trained
  public record Result(
      AttackResult byLoss, AttackResult online, AttackResult offline, int shadows) {}

  /// By the losses alone, which takes no training.
  ///
  /// @param members images that the network was trained on, at least one
  /// @param others images of the same kind that it was not trained on, at least one
  public AttackResult byLoss(ModelWeights attacked, LabelledImages members, LabelledImages others) {
    try (Predictor predictor = new Predictor(network, attacked, device)) {
      return AttackResult.ofLosses(predictor.losses(members), predictor.losses(others));
    }
  }

  /// With shadow models, each trained on a half of all images that is drawn by chance and its next
  /// one on the other half, so that every image is in exactly half of the training sets.
  ///
  /// @param shadows an even number from [#LEAST_SHADOWS] to [#MOST_SHADOWS]
  /// @param plan how each is trained; the attack is the stronger, the more it is like the training
  ///   of the attacked network
  /// @throws KumiaiException.Invalid `shadow-models-invalid`
  /// @throws KumiaiException.Cancelled from `progress`
  public Result withShadows(
      ModelWeights attacked,
      LabelledImages members,
      LabelledImages others,
      int shadows,
      TrainingPlan plan,
      long seed,
      Progress progress) {
    if (shadows < LEAST_SHADOWS || shadows > MOST_SHADOWS || shadows % 2 != 0) {
      throw new KumiaiException.Invalid(
          "shadow-models-invalid",
          "an attack trains an even number of shadow models from %d to %d, not %d: correct it"
              .formatted(LEAST_SHADOWS, MOST_SHADOWS, shadows));
    }
    LabelledImages pool = members.plus(others);
    ShadowLosses losses = train(pool, shadows, plan, seed, progress);
    double[] attackedLosses = losses(attacked, pool);
    return new Result(
        result(negated(attackedLosses), members.size()),
        result(
            LikelihoodRatioAttack.online(attackedLosses, losses, deviation(shadows)),
            members.size()),
        result(
            LikelihoodRatioAttack.offline(attackedLosses, losses, deviation(shadows)),
            members.size()),
        shadows);
  }

  /// As section VI.B of Carlini et al. 2022 found: below 64 models one deviation is better known.
  private static Deviation deviation(int shadows) {
    return shadows < MOST_SHADOWS ? Deviation.SHARED : Deviation.PER_SAMPLE;
  }

  private ShadowLosses train(
      LabelledImages pool, int shadows, TrainingPlan plan, long seed, Progress progress) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    List<double[]> losses = new ArrayList<>();
    List<boolean[]> trainedOn = new ArrayList<>();
    boolean[] in = new boolean[pool.size()];
    for (int m = 0; m < shadows; m++) {
      in = m % 2 == 0 ? half(pool.size(), random) : inverted(in);
      boolean[] chosen = in;
      LabelledImages training =
          pool.select(IntStream.range(0, chosen.length).filter(i -> chosen[i]).toArray());
      long modelSeed = random.nextLong();
      ModelWeights weights =
          new LocalTrainer(device)
              .train(
                  network,
                  network.initialWeights(modelSeed),
                  training,
                  plan,
                  LocalMethod.PLAIN,
                  modelSeed,
                  within(progress, m, shadows))
              .weights();
      losses.add(losses(weights, pool));
      trainedOn.add(chosen);
    }
    return new ShadowLosses(losses, trainedOn);
  }

  private double[] losses(ModelWeights weights, LabelledImages images) {
    try (Predictor predictor = new Predictor(network, weights, device)) {
      return predictor.losses(images);
    }
  }

  private static boolean[] half(int count, RandomGenerator random) {
    int[] order = IntStream.range(0, count).toArray();
    boolean[] in = new boolean[count];
    for (int i = 0; i < count / 2; i++) {
      int j = i + random.nextInt(count - i);
      in[order[j]] = true;
      order[j] = order[i];
    }
    return in;
  }

  private static boolean[] inverted(boolean[] in) {
    boolean[] out = new boolean[in.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = !in[i];
    }
    return out;
  }

  private static AttackResult result(double[] scores, int members) {
    return AttackResult.ofScores(
        Arrays.copyOf(scores, members), Arrays.copyOfRange(scores, members, scores.length));
  }

  private static double[] negated(double[] losses) {
    return Arrays.stream(losses).map(loss -> -loss).toArray();
  }

  private static Progress within(Progress whole, int done, int all) {
    return (fraction, stage) ->
        whole.report((done + fraction) / all, "shadow model %d of %d".formatted(done + 1, all));
  }
}
