package dev.kumiai.localtraining;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.engine.data.Castings;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.protocol.run.StrategySpec.Weighting;
import dev.kumiai.protocol.run.TrainingSpec;
import dev.kumiai.protocol.run.TrainingSpec.GeneratedOrder;
import dev.kumiai.protocol.run.TrainingSpec.TrainsOn;
import dev.kumiai.protocol.task.TaskReport;
import dev.kumiai.protocol.task.TaskSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// When generated images are trained on, with which labels, and what an update counts then.
final class GeneratedUseTest extends CastingsAtASite {

  private static final int MANY_EPOCHS = 40;

  private static TaskSpec.Train task(
      Digest global, int epochs, GeneratedOrder order, TrainsOn on, long seed) {
    return task(global, epochs, order, on, seed, Weighting.ALL);
  }

  private static TaskSpec.Train task(
      Digest global,
      int epochs,
      GeneratedOrder order,
      TrainsOn on,
      long seed,
      Weighting weighting) {
    TrainingSpec training =
        new TrainingSpec(epochs, null, 8, 0.05, 0.9, 0, 0, null, false).withGenerated(order, on);
    Long labelSeed = on == TrainsOn.SHUFFLED_LABELS ? Long.valueOf(11) : null;
    return new TaskSpec.Train(
        MLP, DATA, training, global, PLAN, fedAvg(weighting), false, null, null, seed, labelSeed);
  }

  /// The private images of the site under the labels of other classes.
  private static LabelledImages lies() {
    LabelledImages truth = castings(1);
    int classes = Castings.CLASSES.size();
    return truth.relabelled(
        IntStream.range(0, truth.size()).map(i -> (truth.label(i) + 1) % classes).toArray());
  }

  @Test
  void whatIsTrainedOnLastIsWhatTheModelBelieves() {
    Digest global = global(MLP);
    generate(lies(), PLAN);

    Path first =
        weights(
            task(
                global,
                MANY_EPOCHS,
                GeneratedOrder.GENERATED_FIRST,
                TrainsOn.PRIVATE_AND_GENERATED,
                3));
    Path last =
        weights(
            task(
                global,
                MANY_EPOCHS,
                GeneratedOrder.GENERATED_LAST,
                TrainsOn.PRIVATE_AND_GENERATED,
                3));

    assertThat(accuracy(store(first))).isGreaterThan(0.9);
    assertThat(accuracy(store(last))).isLessThan(0.1);
  }

  @ParameterizedTest
  @EnumSource
  void anOrderChangesNeitherVotesNorWhatIsSeenAndIsRepeatedBitForBit(GeneratedOrder order)
      throws Exception {
    Digest global = global(MLP);
    generate(castings(2).select(IntStream.range(0, 20).toArray()), PLAN);

    Path update = weights(task(global, 2, order, TrainsOn.PRIVATE_AND_GENERATED, 3));
    Path again = weights(task(global, 2, order, TrainsOn.PRIVATE_AND_GENERATED, 3));
    Path ownVotes =
        weights(task(global, 2, order, TrainsOn.PRIVATE_AND_GENERATED, 3, Weighting.PRIVATE));

    assertThat(Digest.of(again)).isEqualTo(Digest.of(update));
    assertThat(examples(update)).isEqualTo(OWN + 20);
    assertThat(examples(ownVotes)).isEqualTo(OWN);
    assertThat(metadata(update).steps())
        .as("each part ends with a batch of its own")
        .isEqualTo(
            order == GeneratedOrder.MIXED
                ? 2 * Math.ceilDiv(OWN + 20, 8)
                : 2 * (Math.ceilDiv(OWN, 8) + Math.ceilDiv(20, 8)));
  }

  @Test
  void generatedImagesAloneAreTrainedOnAndCounted() throws Exception {
    Digest global = global(MLP);
    generate(lies(), PLAN);

    Path update =
        weights(task(global, MANY_EPOCHS, GeneratedOrder.MIXED, TrainsOn.GENERATED_ONLY, 3));

    assertThat(examples(update)).isEqualTo(OWN);
    assertThat(accuracy(store(update))).as("it never saw the truth").isLessThan(0.1);
    assertFails(
        task(global, 1, GeneratedOrder.MIXED, TrainsOn.GENERATED_ONLY, 3, Weighting.PRIVATE),
        KumiaiException.Invalid.class,
        "site-has-no-data");
  }

  @Test
  void aSetOfWhichNothingWasKeptIsNoImages() throws Exception {
    Digest global = global(MLP);
    generate(LabelledImages.none(Castings.CLASSES, FORM), PLAN);

    Path update = weights(task(global, 1, GeneratedOrder.MIXED, TrainsOn.PRIVATE_AND_GENERATED, 3));

    assertThat(examples(update)).isEqualTo(OWN);
    assertFails(
        task(global, 1, GeneratedOrder.MIXED, TrainsOn.GENERATED_ONLY, 3),
        KumiaiException.Invalid.class,
        "site-has-no-data");
  }

  @Test
  void labelsArePermutedAmongTheGeneratedImagesAlone() {
    LabelledImages own = castings(1);
    LabelledImages generated = castings(2).select(IntStream.range(3, 29).toArray());

    TrainingImages images = shuffled(own, generated, 11);

    assertThat(labels(images.own())).isEqualTo(labels(own));
    assertThat(images.generated().countByName()).isEqualTo(generated.countByName());
    assertThat(labels(images.generated()))
        .isNotEqualTo(labels(generated))
        .isEqualTo(labels(shuffled(own, generated, 11).generated()))
        .isNotEqualTo(labels(shuffled(own, generated, 12).generated()));
    for (int i = 0; i < generated.size(); i++) {
      assertThat(images.generated().contentDigest(i)).isEqualTo(generated.contentDigest(i));
    }
  }

  /// Over many seeds each image has each label as often as the label occurs: 4 of 16.
  @Test
  void everyPermutationIsAsLikely() {
    LabelledImages generated =
        castings(2)
            .select(IntStream.range(0, castings(2).size()).filter(i -> i % 2 == 0).toArray());
    int[] hits = new int[Castings.CLASSES.size()];
    int tries = 4_000;

    for (int seed = 0; seed < tries; seed++) {
      hits[shuffled(generated, generated, seed).generated().label(5)]++;
    }

    int[] counts = generated.countPerClass();
    for (int c = 0; c < hits.length; c++) {
      double expected = (double) tries * counts[c] / generated.size();
      assertThat((double) hits[c]).isBetween(expected * 0.75, expected * 1.25);
    }
  }

  @Test
  void shuffledLabelsTrainAnotherModelThanTrueOnes() throws Exception {
    Digest global = global(MLP);
    generate(castings(2), PLAN);

    Path shuffled = weights(task(global, 2, GeneratedOrder.MIXED, TrainsOn.SHUFFLED_LABELS, 3));
    Path honest = weights(task(global, 2, GeneratedOrder.MIXED, TrainsOn.PRIVATE_AND_GENERATED, 3));

    assertThat(examples(shuffled)).isEqualTo(2 * OWN);
    assertThat(firstTensor(shuffled)).isNotEqualTo(firstTensor(honest));
  }

  @Test
  void generatedImagesNeverEnterEvaluation() {
    Digest global = global(MLP);
    TaskReport.Evaluated without = measured(global);
    generate(lies(), PLAN);

    assertThat(measured(global)).isEqualTo(without);
    assertThat(without.examples()).isEqualTo(OWN);
    assertThat(work.holdings(SITE, site))
        .as("nor what the site says that it holds")
        .singleElement()
        .satisfies(counts -> assertThat((long) counts.total()).isEqualTo(OWN));
  }

  private static TrainingImages shuffled(LabelledImages own, LabelledImages generated, long seed) {
    return TrainingImages.of(
        own,
        generated,
        TrainingSpec.DEFAULT.withGenerated(GeneratedOrder.MIXED, TrainsOn.SHUFFLED_LABELS),
        seed);
  }

  private static List<Integer> labels(LabelledImages images) {
    return IntStream.range(0, images.size()).mapToObj(images::label).toList();
  }
}
