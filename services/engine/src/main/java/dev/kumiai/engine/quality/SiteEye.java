package dev.kumiai.engine.quality;

import dev.kumiai.core.Progress;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.model.Predictor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a site looks at generated images with: its own images, a classifier that was trained on
/// them, and an embedding. Filters and measures share one. For one thread; closing it frees the
/// device.
public final class SiteEye implements AutoCloseable {

  private final LabelledImages own;
  private final EngineDevice device;
  private final @Nullable SiteClassifier classifier;
  private final @Nullable Predictor predictor;
  private final Embedder embedder;

  private SiteEye(LabelledImages own, EngineDevice device, @Nullable SiteClassifier classifier) {
    this.own = own;
    this.device = device;
    this.classifier = classifier;
    this.predictor =
        classifier == null
            ? null
            : new Predictor(classifier.network(), classifier.weights(), device);
    this.embedder =
        classifier == null || !Embedder.reads(classifier.network())
            ? Embedder.random(own.form(), device)
            : Embedder.trained(classifier.network(), classifier.weights(), device);
  }

  /// Trains a classifier on the site's images, where there are enough of at least two classes; the
  /// embedding is then what that has learned, and else a fixed one.
  ///
  /// @param own the site's private images, under all classes of the run; may be empty
  /// @param seed the same seed makes the same eye, on a CPU with one thread
  public static SiteEye open(
      LabelledImages own, long seed, EngineDevice device, Progress progress) {
    return with(own, SiteClassifier.train(own, seed, device, progress), device);
  }

  /// With a classifier that was trained before, or without one: for who neither judges labels nor
  /// looks for copies, and measures nothing.
  ///
  /// @param own the site's private images, under all classes of the run; may be empty
  /// @param classifier that was trained on them
  public static SiteEye with(
      LabelledImages own, Optional<SiteClassifier> classifier, EngineDevice device) {
    return new SiteEye(own, device, classifier.orElse(null));
  }

  Optional<SiteClassifier> classifier() {
    return Optional.ofNullable(classifier);
  }

  LabelledImages own() {
    return own;
  }

  EngineDevice device() {
    return device;
  }

  public Embedder embedder() {
    return embedder;
  }

  /// Whether the label of a class can be judged at all.
  public boolean judges(String label) {
    return classifier != null && classifier.judges(label);
  }

  /// The probability that the classifier gives to each image's own class, `[n]`; the images are
  /// under the classes of the run.
  ///
  /// @throws IllegalStateException without a classifier
  double[] probabilities(LabelledImages images) {
    if (predictor == null) {
      throw new IllegalStateException("there is no classifier at this site");
    }
    double[] losses = predictor.losses(images);
    for (int i = 0; i < losses.length; i++) {
      losses[i] = Math.exp(-losses[i]);
    }
    return losses;
  }

  @Override
  public void close() {
    embedder.close();
    if (predictor != null) {
      predictor.close();
    }
  }
}
