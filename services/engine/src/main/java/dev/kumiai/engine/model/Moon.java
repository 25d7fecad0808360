package dev.kumiai.engine.model;

import ai.djl.ndarray.NDArray;
import dev.kumiai.core.strategy.site.SiteHalf;
import dev.kumiai.core.tensor.ModelWeights;
import org.jspecify.annotations.Nullable;

/// The model-contrastive loss of MOON (Li et al. 2021, arXiv 2103.16257), added to the
/// cross-entropy:
///
/// ```
/// mu * mean over the batch of -log( e^(cos(z, z_global)/t) / (e^(cos(z, z_global)/t) + e^(cos(z, z_last)/t)) )
/// ```
///
/// z are the features of the network that is trained, z_global those of the model it started from,
/// and z_last those of this site's last model. Before a site's first round there is no last model
/// and no term; with the global model as the last one the term would be constant. The paper puts a
/// projection head before the last layer; here features are that layer's input, so that the network
/// stays the one that the run names.
final class Moon implements LocalRule {

  /// Keeps the norm of features that are all 0 away from 0, where it has no gradient.
  private static final double LEAST_SQUARE = 1e-16;

  private final SiteHalf.Moon moon;
  private final @Nullable LoadedClassifier global;
  private final @Nullable LoadedClassifier last;

  Moon(
      SiteHalf.Moon moon,
      ModelWeights global,
      @Nullable ModelWeights last,
      LocalRule.Reference reference) {
    this.moon = moon;
    this.global = last == null ? null : reference.with(global);
    this.last = last == null ? null : reference.with(last);
  }

  @Override
  public NDArray loss(NDArray crossEntropy, Batch batch, LoadedClassifier.Output output) {
    if (global == null || last == null) {
      return crossEntropy;
    }
    NDArray z = output.requireFeatures();
    NDArray towards = cosine(z, global.evaluate(batch.images()).requireFeatures());
    NDArray away = cosine(z, last.evaluate(batch.images()).requireFeatures());
    // -log(e^p / (e^p + e^n)) = log(1 + e^(n - p)), where |n - p| is at most 2 / t
    NDArray margin = away.sub(towards).div(moon.temperature());
    return crossEntropy.add(softplus(margin).mean().mul((float) moon.mu()));
  }

  /// `max(x, 0) + log(1 + e^-|x|)`, which no large x makes infinite.
  private static NDArray softplus(NDArray x) {
    NDArray positive = x.maximum(0);
    return positive.add(x.abs().neg().exp().add(1).log());
  }

  /// Of the rows of `[n, features]`.
  private static NDArray cosine(NDArray a, NDArray b) {
    int[] rows = {1};
    NDArray dot = a.mul(b).sum(rows);
    return dot.div(norm(a, rows).mul(norm(b, rows)));
  }

  private static NDArray norm(NDArray a, int[] rows) {
    return a.square().sum(rows).add(LEAST_SQUARE).sqrt();
  }

  @Override
  public Legacy leave(ModelWeights trained, long steps, TrainingPlan plan) {
    return new Legacy(null, trained);
  }
}
