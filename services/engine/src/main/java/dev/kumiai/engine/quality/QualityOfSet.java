package dev.kumiai.engine.quality;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.privacy.AttackResult;
import dev.kumiai.core.quality.FilterCounts;
import dev.kumiai.core.quality.QualityReport;
import dev.kumiai.core.quality.SetMeasures;
import dev.kumiai.engine.data.LabelledImages;
import java.util.BitSet;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Measures a finished set against the private images of its site. Takes a training of a small
/// network and comparisons of at most [#MOST_COMPARED] images with each other, however large the
/// set. The same set and seed give the same report, on a CPU with one thread.
public final class QualityOfSet {

  /// Images of a set that are compared, spread evenly over it: measures take pairs.
  static final int MOST_COMPARED = 2_000;

  /// The same for one class.
  static final int MOST_OF_CLASS = 1_000;

  /// Guiding images, and others, below which an attack on them says nothing.
  public static final int LEAST_GUIDES = 20;

  private static final String TOO_FEW =
      "takes two classes of %d real and generated samples each, this one among them"
          .formatted(TrainTest.LEAST_OF_CLASS);

  private final SiteEye eye;
  private final long seed;

  /// Uses what the site looks with, and does not close it.
  public QualityOfSet(SiteEye eye, long seed) {
    this.eye = eye;
    this.seed = seed;
  }

  /// Measures a set.
  ///
  /// @param generated what was kept of it
  /// @param guides indices of the private images that the generator started from, in the order of
  ///   the eye's own; empty when none did
  /// @param filtered by class, what the filters said; empty when none looked
  /// @throws KumiaiException.Cancelled from `progress`
  public QualityReport measure(
      LabelledImages generated,
      BitSet guides,
      Map<String, FilterCounts> filtered,
      Progress progress) {
    LabelledImages made = Relabelled.to(eye.own().classes(), generated);
    TrainTest trainTest = TrainTest.of(eye, made, seed, progress);
    progress.report(0.9, "comparing");
    SortedMap<String, SetMeasures> perClass = new TreeMap<>();
    for (int c = 0; c < made.classes().size(); c++) {
      LabelledImages ownOfClass = Images.ofClass(eye.own(), c);
      LabelledImages madeOfClass = Images.ofClass(made, c);
      if (!ownOfClass.isEmpty() || !madeOfClass.isEmpty()) {
        String label = made.classes().get(c);
        perClass.put(
            label,
            compare(ownOfClass, madeOfClass, MOST_OF_CLASS)
                .with(
                    trainTest.realReal().get(label),
                    trainTest.syntheticReal().get(label),
                    trainTest.realSynthetic().get(label),
                    TOO_FEW));
      }
    }
    SetMeasures all =
        compare(eye.own(), made, MOST_COMPARED)
            .with(
                mean(trainTest.realReal()),
                mean(trainTest.syntheticReal()),
                mean(trainTest.realSynthetic()),
                TOO_FEW);
    return new QualityReport(
        eye.embedder().name(), all, perClass, new TreeMap<>(filtered), attack(guides, trainTest));
  }

  private SetMeasures compare(LabelledImages own, LabelledImages made, int most) {
    return SetMeasures.of(
        own.size(),
        made.size(),
        eye.embedder().embed(Images.spread(own, most)),
        eye.embedder().embed(Images.spread(made, most)));
  }

  private static @Nullable Double mean(SortedMap<String, Double> perClass) {
    return perClass.isEmpty()
        ? null
        : perClass.values().stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  /// Can one tell from a network that was trained on the generated set which private images guided
  /// the generator?
  private static @Nullable AttackResult attack(BitSet guides, TrainTest trainTest) {
    int[] asked = trainTest.attackable();
    double[] members = losses(trainTest, IntStream.of(asked).filter(guides::get));
    double[] others = losses(trainTest, IntStream.of(asked).filter(i -> !guides.get(i)));
    return members.length < LEAST_GUIDES || others.length < LEAST_GUIDES
        ? null
        : AttackResult.ofLosses(members, others);
  }

  private static double[] losses(TrainTest trainTest, IntStream images) {
    return images.mapToDouble(trainTest::lossOf).toArray();
  }
}
