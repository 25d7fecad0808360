package dev.kumiai.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.KumiaiException;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class TrainingPlanTest {

  @Test
  void refusesValuesThatMakeNoSense() {
    assertInvalid(() -> new TrainingPlan(1, 1, 8, 0.1, 0, 0, 0, null, false), "epochs or steps");
    assertInvalid(
        () -> new TrainingPlan(null, null, 8, 0.1, 0, 0, 0, null, false), "epochs or steps");
    assertInvalid(() -> new TrainingPlan(0, null, 8, 0.1, 0, 0, 0, null, false), "1 epoch");
    assertInvalid(() -> new TrainingPlan(null, 0, 8, 0.1, 0, 0, 0, null, false), "1 step");
    assertInvalid(() -> new TrainingPlan(1, null, 0, 0.1, 0, 0, 0, null, false), "1 image");
    assertInvalid(() -> new TrainingPlan(1, null, 8, 0, 0, 0, 0, null, false), "learning rate");
    assertInvalid(
        () -> new TrainingPlan(1, null, 8, Double.NaN, 0, 0, 0, null, false), "learning rate");
    assertInvalid(() -> new TrainingPlan(1, null, 8, 0.1, 1, 0, 0, null, false), "momentum");
    assertInvalid(() -> new TrainingPlan(1, null, 8, 0.1, 0, -1, 0, null, false), "weight decay");
    assertInvalid(() -> new TrainingPlan(1, null, 8, 0.1, 0, 0, -1, null, false), "proximal");
    assertInvalid(() -> new TrainingPlan(1, null, 8, 0.1, 0, 0, 0, 0.0, false), "positive norm");
  }

  @Test
  void countsTheLastSmallerBatchOfAnEpoch() {
    assertThat(TrainingPlan.ofEpochs(3, 8, 0.1).totalSteps(17)).isEqualTo(9);
    assertThat(new TrainingPlan(null, 5, 8, 0.1, 0, 0, 0, null, false).totalSteps(17)).isEqualTo(5);
  }

  @Test
  void everyPartHasItsEpochsAndItsShareOfSteps() {
    TrainingPlan five = new TrainingPlan(null, 5, 8, 0.1, 0, 0, 0, null, false);

    assertThat(TrainingPlan.ofEpochs(3, 8, 0.1).stepsInTurn(List.of(17, 8)))
        .containsExactly(9L, 3L);
    assertThat(five.stepsInTurn(List.of(30, 20))).containsExactly(3L, 2L);
    assertThat(five.stepsInTurn(List.of(1, 99))).containsExactly(0L, 5L);
    assertThat(five.stepsInTurn(List.of(7, 7, 7)).stream().mapToLong(Long::longValue).sum())
        .isEqualTo(5);
  }

  private static void assertInvalid(ThrowingCallable creation, String message) {
    assertThatThrownBy(creation)
        .isInstanceOf(KumiaiException.Invalid.class)
        .hasMessageContaining(message)
        .extracting(e -> ((KumiaiException) e).code())
        .isEqualTo("training-plan-invalid");
  }
}
