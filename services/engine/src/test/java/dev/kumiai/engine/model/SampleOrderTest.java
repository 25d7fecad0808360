package dev.kumiai.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SampleOrderTest {

  private static final ImageForm FORM = new ImageForm(1, 1);

  @Test
  void takesEveryImageOnceInEachEpochInAnotherOrder() {
    // Given
    SampleOrder order = SampleOrder.shuffled(images(10, 0, 13), random(1));

    // When
    List<Integer> first = epoch(order, 10, 3);
    List<Integer> second = epoch(order, 10, 3);

    // Then
    assertThat(first).hasSize(23).containsExactlyInAnyOrderElementsOf(upTo(23));
    assertThat(second).hasSize(23).containsExactlyInAnyOrderElementsOf(upTo(23));
    assertThat(second).isNotEqualTo(first);
  }

  @Test
  void takesEveryClassThatOccursEquallyOften() {
    // Given
    LabelledImages images = images(1, 0, 100, 10);
    SampleOrder order = SampleOrder.classBalanced(images, random(1));

    // When
    List<Integer> drawn = epoch(order, 37, 3);

    // Then
    assertThat(drawn).hasSize(111);
    Map<Integer, Integer> perClass = new HashMap<>();
    Map<Integer, Integer> perImage = new HashMap<>();
    for (int index : drawn) {
      perClass.merge(images.label(index), 1, Integer::sum);
      perImage.merge(index, 1, Integer::sum);
    }
    assertThat(perClass).isEqualTo(Map.of(0, 37, 2, 37, 3, 37));
    assertThat(perImage.get(0)).isEqualTo(37);
    assertThat(perImage.values()).filteredOn(count -> count > 1 && count != 37).containsOnly(3, 4);
  }

  @Test
  void endsAClassBalancedEpochWhereThePlainOneEnds() {
    // Given
    SampleOrder order = SampleOrder.classBalanced(images(3, 7), random(1));

    // When
    List<Integer> sizes = IntStream.range(0, 6).mapToObj(_ -> order.nextBatch(4).length).toList();

    // Then
    assertThat(sizes).containsExactly(4, 4, 2, 4, 4, 2);
  }

  @Test
  void followsTheSeed() {
    LabelledImages images = images(5, 50);

    assertThat(epoch(SampleOrder.classBalanced(images, random(1)), 10, 6))
        .isEqualTo(epoch(SampleOrder.classBalanced(images, random(1)), 10, 6))
        .isNotEqualTo(epoch(SampleOrder.classBalanced(images, random(2)), 10, 6));
  }

  private static List<Integer> epoch(SampleOrder order, int batchSize, int batches) {
    List<Integer> drawn = new ArrayList<>();
    for (int i = 0; i < batches; i++) {
      IntStream.of(order.nextBatch(batchSize)).forEach(drawn::add);
    }
    return drawn;
  }

  private static List<Integer> upTo(int end) {
    return IntStream.range(0, end).boxed().toList();
  }

  private static LabelledImages images(int... perClass) {
    int[] labels =
        IntStream.range(0, perClass.length)
            .flatMap(c -> IntStream.range(0, perClass[c]).map(_ -> c))
            .toArray();
    return SyntheticImages.of(labels, perClass.length, FORM, random(0));
  }

  private static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }
}
