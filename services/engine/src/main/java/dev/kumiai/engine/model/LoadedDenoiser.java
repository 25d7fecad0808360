package dev.kumiai.engine.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.generator.DiffusionClassifier;
import dev.kumiai.engine.generator.FederatedDiffusion;
import java.util.random.RandomGenerator;

/// The network of a generator, which learns to predict noise. A strategy may correct its gradients;
/// one that adds to the loss works on features, which it does not have.
final class LoadedDenoiser extends LoadedNetwork {

  private final FederatedDiffusion denoiser;

  LoadedDenoiser(FederatedDiffusion denoiser) {
    super(denoiser.arrays());
    this.denoiser = denoiser;
  }

  @Override
  Lesson lesson(
      LabelledImages images,
      int[] indices,
      LocalRule rule,
      RandomGenerator random,
      NDManager step) {
    FederatedDiffusion.Lesson lesson = denoiser.lesson(images, indices, random);
    return () -> {
      NDArray loss = lesson.loss(step);
      return new Loss(loss, loss);
    };
  }

  /// Adam, as where a generator is trained in one place.
  @Override
  Optimiser.Motion motion(TrainingPlan plan) {
    return new Adam(plan);
  }

  static KumiaiException noFeatures() {
    return new KumiaiException.Invalid(
        "network-hides-features",
        "the network of a generator has no features before a last layer, on which the strategy works: choose another strategy");
  }

  DiffusionClassifier classifier() {
    return denoiser.classifier();
  }
}
