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

/// Attacks trained networks as somebody would who has one and wants to know what it was trained on:
/// by its losses, and by those of shadow models. For pilots, whose virtual sites' members are
/// known; shadow models take as many trainings as there are, once for all attacked networks.
public final class MembershipAttack {

  private final Network network;
  private final EngineDevice device;
  private final Candidates candidates;

  /// Attacks networks of one kind that were trained on the same members.
  public MembershipAttack(Network network, EngineDevice device, Candidates candidates) {
    this.network = network;
    this.device = device;
    this.candidates = candidates;
  }

  /// How two attacks with shadow models did on the same samples.
  ///
  /// @param online LiRA with shadow models that were and were not trained on each sample
  /// @param offline LiRA with those that were not
  public record WithShadows(AttackResult online, AttackResult offline) {}

  /// By the losses alone, which takes no training: a low loss is a member (Yeom et al. 2018).
  ///
  /// @throws KumiaiException.Invalid `model-diverged` when a loss is no number
  public AttackResult byLoss(ModelWeights attacked) {
    return byLoss(losses(attacked));
  }

  /// Trains shadow models, each on a half of all images that is drawn by chance and its next one on
  /// the other half, so that every image is in exactly half of the training sets.
  ///
  /// @param count an even number from [LikelihoodRatioAttack#LEAST_SHADOWS] to
  ///   [LikelihoodRatioAttack#MOST_SHADOWS]
  /// @param plan how each is trained; the attack is the stronger, the more it is like the training
  ///   of the attacked network
  /// @throws KumiaiException.Invalid `shadow-models-invalid`, and the codes of a training
  /// @throws KumiaiException.Cancelled from `progress`
  public ShadowLosses shadows(int count, TrainingPlan plan, long seed, Progress progress) {
    if (!LikelihoodRatioAttack.isPossible(count)) {
      throw new KumiaiException.Invalid(
          "shadow-models-invalid",
          "an attack trains an even number of shadow models from %d to %d, not %d: correct it"
              .formatted(
                  LikelihoodRatioAttack.LEAST_SHADOWS, LikelihoodRatioAttack.MOST_SHADOWS, count));
    }
    LabelledImages all = candidates.all();
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    List<double[]> losses = new ArrayList<>();
    List<boolean[]> trainedOn = new ArrayList<>();
    boolean[] in = new boolean[all.size()];
    for (int m = 0; m < count; m++) {
      in = m % 2 == 0 ? half(all.size(), random) : inverted(in);
      losses.add(losses(trained(all, in, plan, random.nextLong(), within(progress, m, count))));
      trainedOn.add(Arrays.copyOf(in, asked()));
    }
    return new ShadowLosses(losses, trainedOn);
  }

  /// LiRA (Carlini et al. 2022) with the shadow models of [#shadows].
  ///
  /// @throws KumiaiException.Invalid `model-diverged` when a loss is no number
  public WithShadows withShadows(ModelWeights attacked, ShadowLosses shadows) {
    double[] losses = losses(attacked);
    Deviation deviation = deviation(shadows.models());
    return new WithShadows(
        result(LikelihoodRatioAttack.online(losses, shadows, deviation)),
        result(LikelihoodRatioAttack.offline(losses, shadows, deviation)));
  }

  /// What the attack by loss finds on shadow models, in the middle. They were trained on as many of
  /// the members as of the others, so whatever it finds is a difference between the two kinds of
  /// images, not membership.
  public AttackResult control(ShadowLosses shadows) {
    return AttackResult.mean(
        IntStream.range(0, shadows.models()).mapToObj(m -> byLoss(shadows.losses(m))).toList());
  }

  /// As section VI.B of Carlini et al. 2022 found: below 64 models one deviation is better known.
  private static Deviation deviation(int shadows) {
    return shadows < LikelihoodRatioAttack.MOST_SHADOWS ? Deviation.SHARED : Deviation.PER_SAMPLE;
  }

  private ModelWeights trained(
      LabelledImages all, boolean[] in, TrainingPlan plan, long seed, Progress progress) {
    LabelledImages training =
        all.select(IntStream.range(0, in.length).filter(i -> in[i]).toArray());
    return new LocalTrainer(device)
        .train(
            network,
            network.initialWeights(seed),
            training,
            plan,
            LocalMethod.PLAIN,
            seed,
            progress)
        .weights();
  }

  private double[] losses(ModelWeights weights) {
    try (Predictor predictor = new Predictor(network, weights, device)) {
      double[] losses = predictor.losses(candidates.asked());
      if (Arrays.stream(losses).anyMatch(Double::isNaN)) {
        throw new KumiaiException.Invalid(
            "model-diverged",
            "the model's loss of an image is no number: it diverged, lower the learning rate of its training");
      }
      return losses;
    }
  }

  private int asked() {
    return candidates.members().size() + candidates.others().size();
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

  private AttackResult byLoss(double[] losses) {
    int members = candidates.members().size();
    return AttackResult.ofLosses(
        Arrays.copyOf(losses, members), Arrays.copyOfRange(losses, members, losses.length));
  }

  private AttackResult result(double[] scores) {
    int members = candidates.members().size();
    return AttackResult.ofScores(
        Arrays.copyOf(scores, members), Arrays.copyOfRange(scores, members, scores.length));
  }

  private static Progress within(Progress whole, int done, int all) {
    return (fraction, stage) ->
        whole.report((done + fraction) / all, "shadow model %d of %d".formatted(done + 1, all));
  }
}
