package dev.kumiai.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.worker.generated.GeneratedSample;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

final class ClassDrawTest {

  private static final RandomGenerator RANDOM =
      RandomGeneratorFactory.of("L64X128MixRandom").create(5);

  @Test
  void endsAtTheBudgetOrAtTheBoundWhateverIsDropped() {
    for (int round = 0; round < 2_000; round++) {
      int budget = RANDOM.nextInt(300);
      int most = 1 + RANDOM.nextInt(100);
      double dropping = RANDOM.nextDouble();
      ClassDraw draw = new ClassDraw(budget, 0, 0);
      double before = draw.fraction();
      while (draw.next(most) > 0) {
        int drawn = draw.next(most);
        int taken = (int) RANDOM.ints(drawn, 0, 1_000).filter(n -> n >= 1_000 * dropping).count();
        assertThat(drawn).isLessThanOrEqualTo(most);
        draw = draw.plus(drawn, taken);
        assertThat(draw.fraction()).isGreaterThanOrEqualTo(before);
        before = draw.fraction();
      }
      assertThat(draw.taken()).isLessThanOrEqualTo(budget);
      assertThat(draw.drawn()).isLessThanOrEqualTo(2 * budget + 50);
      assertThat(draw.taken() == budget || draw.drawn() == 2 * budget + 50).isTrue();
      assertThat(draw.fraction()).isEqualTo(1);
    }
  }

  @Test
  void asksForNoSampleMoreThanIsMissing() {
    assertThat(new ClassDraw(100, 0, 0).next(64)).isEqualTo(64);
    assertThat(new ClassDraw(100, 64, 60).next(64)).isEqualTo(40);
    assertThat(new ClassDraw(100, 250, 60).next(64)).isZero();
    assertThat(new ClassDraw(100, 245, 60).next(64)).isEqualTo(5);
    assertThat(new ClassDraw(0, 0, 0).next(64)).isZero();
    assertThat(new ClassDraw(Integer.MAX_VALUE, 0, 0).next(64)).isEqualTo(64);
  }

  @Test
  void takesOneMoreForEachThatWasRejected() {
    List<GeneratedSample> samples = new ArrayList<>();
    samples.add(Lines.kept("pit", 0));
    samples.add(Lines.dropped("pit", 1));
    samples.add(Lines.kept("pit", 2).rejected(Lines.ANNA));

    assertThat(ClassDraw.of(2, samples)).isEqualTo(new ClassDraw(3, 3, 2));
    assertThat(ClassDraw.of(2, samples).next(10)).isEqualTo(1);
  }
}
