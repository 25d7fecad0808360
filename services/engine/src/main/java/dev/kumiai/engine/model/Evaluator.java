package dev.kumiai.engine.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.generator.DiffusionClassifier;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Measures a network on images it was not trained on.
public final class Evaluator {

  private static final int BATCH_SIZE = 256;
  private static final int DENOISING_BATCH_SIZE = 32;

  private final EngineDevice device;

  public Evaluator(EngineDevice device) {
    this.device = device;
  }

  /// Loss and hits of `weights` over all `images`; those of a generator are what
  /// [DiffusionClassifier] says. Reports progress before each batch.
  ///
  /// @throws KumiaiException.Invalid `site-has-no-data` without images, or when weights or images
  ///   are not of this network
  /// @throws KumiaiException.Cancelled from `progress`
  public Evaluation evaluate(
      Network network, ModelWeights weights, LabelledImages images, Progress progress) {
    network.requireFits(images);
    if (images.isEmpty()) {
      throw new KumiaiException.Invalid(
          "site-has-no-data",
          "there are no images to measure the model on: check the evaluating site's data set");
    }
    try (NDManager scope = device.newScope()) {
      return switch (network.load(device, scope, weights)) {
        case LoadedClassifier classifier -> classes(classifier, images, scope, progress);
        case LoadedDenoiser denoiser -> denoising(denoiser, images, progress);
      };
    }
  }

  private static Evaluation classes(
      LoadedClassifier network, LabelledImages images, NDManager scope, Progress progress) {
    long[] hits = new long[images.classes().size()];
    double lossSum = 0;
    for (int start = 0; start < images.size(); start += BATCH_SIZE) {
      progress.report((double) start / images.size(), "evaluating");
      int end = Math.min(images.size(), start + BATCH_SIZE);
      int[] indices = IntStream.range(start, end).toArray();
      lossSum += measure(network, images, indices, scope, hits) * indices.length;
    }
    return new Evaluation(images.size(), lossSum / images.size(), perClass(images, hits));
  }

  private static Evaluation denoising(
      LoadedDenoiser network, LabelledImages images, Progress progress) {
    long[] hits = new long[images.classes().size()];
    double lossSum = 0;
    for (int start = 0; start < images.size(); start += DENOISING_BATCH_SIZE) {
      progress.report((double) start / images.size(), "evaluating");
      int end = Math.min(images.size(), start + DENOISING_BATCH_SIZE);
      DiffusionClassifier.Errors errors = network.classifier().measure(images, start, end);
      for (int i = start; i < end; i++) {
        int label = images.label(i);
        lossSum += errors.of(i - start, label);
        hits[label] += errors.best(i - start) == label ? 1 : 0;
      }
    }
    return new Evaluation(images.size(), lossSum / images.size(), perClass(images, hits));
  }

  /// Adds to `hits` and returns the mean loss.
  private static double measure(
      LoadedClassifier network,
      LabelledImages images,
      int[] indices,
      NDManager scope,
      long[] hits) {
    try (NDManager step = scope.newSubManager()) {
      Batch batch = Batch.of(images, indices, step);
      NDArray logProbabilities = network.logProbabilities(batch.images(), false);
      long[] predicted = logProbabilities.argMax(1).toLongArray();
      for (int i = 0; i < indices.length; i++) {
        int label = images.label(indices[i]);
        if (predicted[i] == label) {
          hits[label]++;
        }
      }
      return batch.meanLoss(logProbabilities).getFloat();
    }
  }

  private static List<Evaluation.ClassHits> perClass(LabelledImages images, long[] hits) {
    int[] counts = images.countPerClass();
    List<Evaluation.ClassHits> perClass = new ArrayList<>();
    for (int c = 0; c < counts.length; c++) {
      if (counts[c] > 0) {
        perClass.add(new Evaluation.ClassHits(images.classes().get(c), counts[c], hits[c]));
      }
    }
    return perClass;
  }
}
