package dev.kumiai.localtraining;

import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.run.TrainingSpec;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/// What a site trains on in a round: its private images, the generated ones, or both.
///
/// @param own those of the private images that are trained on
/// @param generated those of the generated images, with the labels to be trained on
/// @param order when the generated ones come
record TrainingImages(
    LabelledImages own, LabelledImages generated, TrainingSpec.GeneratedOrder order) {

  /// Chooses what a run wants to train on.
  ///
  /// @param labelSeed of the permutation of labels under [TrainingSpec.TrainsOn#SHUFFLED_LABELS];
  ///   null else
  static TrainingImages of(
      LabelledImages own,
      LabelledImages generated,
      TrainingSpec training,
      @Nullable Long labelSeed) {
    return switch (training.trainsOn()) {
      case PRIVATE_AND_GENERATED -> new TrainingImages(own, generated, training.generatedOrder());
      case GENERATED_ONLY ->
          new TrainingImages(
              LabelledImages.none(own.classes(), own.form()), generated, training.generatedOrder());
      case SHUFFLED_LABELS ->
          new TrainingImages(
              own,
              shuffled(generated, labelSeed == null ? 0 : labelSeed),
              training.generatedOrder());
    };
  }

  /// The images under each other's labels: every class has as many as before, and what an image
  /// shows tells nothing about its label any more.
  private static LabelledImages shuffled(LabelledImages images, long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    int[] labels = new int[images.size()];
    for (int i = 0; i < labels.length; i++) {
      int other = random.nextInt(i + 1);
      labels[i] = labels[other];
      labels[other] = images.label(i);
    }
    return images.relabelled(labels);
  }

  /// All of them.
  LabelledImages all() {
    return own.plus(generated);
  }

  /// The parts that are trained on one after the other.
  List<LabelledImages> inTurn() {
    return switch (order) {
      case MIXED -> List.of(all());
      case GENERATED_FIRST -> List.of(generated, own);
      case GENERATED_LAST -> List.of(own, generated);
    };
  }

  /// How many examples the update counts.
  int examples(StrategySpec.Weighting weighting) {
    return switch (weighting) {
      case PRIVATE -> own.size();
      case ALL -> own.size() + generated.size();
    };
  }
}
