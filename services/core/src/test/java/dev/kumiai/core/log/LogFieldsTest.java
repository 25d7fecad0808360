package dev.kumiai.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class LogFieldsTest {

  @Test
  void findsTheIdsOfALine() {
    assertThat(
            LogFields.of("weights accepted run=1f site=plant-a round=3 attempt=2 digest=sha256:0"))
        .isEqualTo(Map.of("run", "1f", "site", "plant-a", "round", "3", "attempt", "2"));
  }

  @Test
  void endsAnIdWhereTheSentenceGoesOn() {
    assertThat(LogFields.of("run=1f site=plant-a: begins TRAIN"))
        .isEqualTo(Map.of("run", "1f", "site", "plant-a"));
  }

  @Test
  void letsNobodyForgeAnIdInAQuotedProblem() {
    assertThat(LogFields.of("task given up run=1f problem=\"run=2e site=other\""))
        .containsEntry("run", "1f")
        .doesNotContainValue("2e");
  }

  @Test
  void findsNothingInAnOrdinarySentence() {
    assertThat(LogFields.of("epochs_per_round=3 is no id, and rerun=4 is none either")).isEmpty();
  }
}
