package dev.kumiai.engine.quality;

import dev.kumiai.core.Progress;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.model.Architecture;
import dev.kumiai.engine.model.Network;
import dev.kumiai.engine.model.Predictor;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// What classifiers that were trained on one set recognise of another: TSTR and TRTS (Esteban et
/// al. 2017, arXiv 1706.02633), for the classes of which both sets have enough. A classifier knows
/// only classes that it was trained on, so the accuracy among few classes is no accuracy among all.
final class TrainTest {

  /// Images of a class in each set.
  static final int LEAST_OF_CLASS = 10;

  private static final int LEAST_CLASSES = 2;

  private final SortedMap<String, Double> realReal = new TreeMap<>();
  private final SortedMap<String, Double> syntheticReal = new TreeMap<>();
  private final SortedMap<String, Double> realSynthetic = new TreeMap<>();
  private int[] attackable = {};
  private double[] losses = {};

  private TrainTest() {}

  /// Trains on the generated set, for a bounded number of steps, and tests both ways.
  static TrainTest of(SiteEye eye, LabelledImages made, long seed, Progress progress) {
    LabelledImages own = eye.own();
    int[] ownCounts = own.countPerClass();
    int[] madeCounts = made.countPerClass();
    boolean[] shared = new boolean[ownCounts.length];
    for (int c = 0; c < shared.length; c++) {
      shared[c] = Math.min(ownCounts[c], madeCounts[c]) >= LEAST_OF_CLASS;
    }
    TrainTest result = new TrainTest();
    if (IntStream.range(0, shared.length).filter(c -> shared[c]).count() < LEAST_CLASSES) {
      return result;
    }
    eye.classifier()
        .ifPresent(
            classifier -> {
              classifier
                  .recognised()
                  .forEach(
                      (label, share) -> {
                        if (shared[own.classes().indexOf(label)]) {
                          result.realReal.put(label, share);
                        }
                      });
              LabelledImages tested =
                  select(Images.spread(made, QualityOfSet.MOST_COMPARED), shared);
              try (Predictor predictor =
                  new Predictor(classifier.network(), classifier.weights(), eye.device())) {
                result.realSynthetic.putAll(recognised(predictor, tested));
              }
            });
    result.trainOnSynthetic(eye, select(made, shared), shared, seed, progress);
    return result;
  }

  private void trainOnSynthetic(
      SiteEye eye, LabelledImages made, boolean[] shared, long seed, Progress progress) {
    LabelledImages own = eye.own();
    Network network = Network.of(Architecture.CNN, own.form(), own.classes().size());
    ModelWeights weights = Training.train(network, made, seed, eye.device(), progress);
    attackable = IntStream.range(0, own.size()).filter(i -> shared[own.label(i)]).toArray();
    try (Predictor predictor = new Predictor(network, weights, eye.device())) {
      LabelledImages tested = own.select(attackable);
      syntheticReal.putAll(recognised(predictor, tested));
      double[] found = predictor.losses(tested);
      losses = new double[own.size()];
      for (int i = 0; i < attackable.length; i++) {
        losses[attackable[i]] = found[i];
      }
    }
  }

  private static LabelledImages select(LabelledImages images, boolean[] classes) {
    return images.select(
        IntStream.range(0, images.size()).filter(i -> classes[images.label(i)]).toArray());
  }

  /// Share of the images of each class that it gives the highest probability.
  private static SortedMap<String, Double> recognised(Predictor predictor, LabelledImages images) {
    float[][] logProbabilities = predictor.logProbabilities(images);
    int[] hits = new int[images.classes().size()];
    for (int i = 0; i < images.size(); i++) {
      if (highest(logProbabilities[i]) == images.label(i)) {
        hits[images.label(i)]++;
      }
    }
    int[] counts = images.countPerClass();
    SortedMap<String, Double> recognised = new TreeMap<>();
    for (int c = 0; c < counts.length; c++) {
      if (counts[c] >= LEAST_OF_CLASS) {
        recognised.put(images.classes().get(c), (double) hits[c] / counts[c]);
      }
    }
    return recognised;
  }

  private static int highest(float[] values) {
    int highest = 0;
    for (int i = 1; i < values.length; i++) {
      highest = values[i] > values[highest] ? i : highest;
    }
    return highest;
  }

  /// Real on held out real, by class.
  SortedMap<String, Double> realReal() {
    return Collections.unmodifiableSortedMap(realReal);
  }

  /// Synthetic on real, by class.
  SortedMap<String, Double> syntheticReal() {
    return Collections.unmodifiableSortedMap(syntheticReal);
  }

  /// Real on synthetic, by class.
  SortedMap<String, Double> realSynthetic() {
    return Collections.unmodifiableSortedMap(realSynthetic);
  }

  /// The private images of which [#lossOf] tells something, by their indices.
  int[] attackable() {
    return attackable.clone();
  }

  /// Cross-entropy of a private image under the classifier that was trained on the generated set.
  double lossOf(int image) {
    return losses[image];
  }
}
