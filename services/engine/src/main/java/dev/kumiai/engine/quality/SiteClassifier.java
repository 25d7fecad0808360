package dev.kumiai.engine.quality;

import dev.kumiai.core.Progress;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.model.Architecture;
import dev.kumiai.engine.model.Evaluation;
import dev.kumiai.engine.model.Evaluator;
import dev.kumiai.engine.model.Network;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// A network that tells a site's own classes apart, and how well it does.
///
/// @param network for all classes of the run, those that the site lacks included
/// @param weights of it
/// @param recognised share of the images of each class that it recognises, of images that it was
///   not trained on; classes of fewer than [#LEAST_TRIED] such images are absent
public record SiteClassifier(
    Network network, ModelWeights weights, SortedMap<String, Double> recognised) {

  /// Held out of the training, to try it on: every fifth image of a class.
  static final int HELD_OUT = 5;

  /// Images that it has to be tried on before anything is said of a class.
  static final int LEAST_TRIED = 5;

  /// A classifier that recognises fewer of a class does not judge it.
  static final double LEAST_RECOGNISED = 0.6;

  public SiteClassifier {
    recognised = Collections.unmodifiableSortedMap(new TreeMap<>(recognised));
  }

  /// Trains a small one on a site's own images, for a bounded number of steps.
  ///
  /// @return none where the site has not at least two classes of 25 images: one class cannot be
  ///   told from nothing, and fewer images do not show whether it was
  public static Optional<SiteClassifier> train(
      LabelledImages own, long seed, EngineDevice device, Progress progress) {
    int enough = LEAST_TRIED * HELD_OUT;
    long large = IntStream.of(own.countPerClass()).filter(count -> count >= enough).count();
    if (large < 2) {
      return Optional.empty();
    }
    Split split = Split.everyNthOfEachClass(own, HELD_OUT);
    Network network = Network.of(Architecture.CNN, own.form(), own.classes().size());
    ModelWeights weights = Training.train(network, split.others(), seed, device, progress);
    return Optional.of(tried(network, weights, split.nth(), device));
  }

  /// @param heldOut images of the site that it was not trained on
  private static SiteClassifier tried(
      Network network, ModelWeights weights, LabelledImages heldOut, EngineDevice device) {
    SortedMap<String, Double> recognised = new TreeMap<>();
    if (!heldOut.isEmpty()) {
      Evaluation evaluation =
          new Evaluator(device).evaluate(network, weights, heldOut, (_, _) -> {});
      evaluation.perClass().stream()
          .filter(c -> c.examples() >= LEAST_TRIED)
          .forEach(c -> recognised.put(c.label(), (double) c.hits() / c.examples()));
    }
    return new SiteClassifier(network, weights, recognised);
  }

  /// Whether it can say anything about images of a class.
  boolean judges(String label) {
    return recognised.getOrDefault(label, 0.0) >= LEAST_RECOGNISED;
  }
}
