package dev.kumiai.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {

  @ParameterizedTest
  @ValueSource(strings = {"a", "7", "plant-3", "a--b"})
  void siteIsADnsLabel(String value) {
    assertThat(new SiteId(value)).hasToString(value);
  }

  @Test
  void siteHasUpTo63Characters() {
    assertThat(new SiteId("a".repeat(63)).value()).hasSize(63);
    assertInvalid("site-id-malformed", SiteId::new, "a".repeat(64));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-a", "a-", "Plant", "a_b", "a.b", "a/b", "..", "a b", "a\n", "plänt"})
  void siteIsNothingElse(String value) {
    assertInvalid("site-id-malformed", SiteId::new, value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "../3f333df6-90a4-4fda-8dd3-9485d27cee36",
        "3F333DF6-90A4-4FDA-8DD3-9485D27CEE36",
        "3f333df690a44fda8dd39485d27cee36",
        "3f333df6-90a4-4fda-8dd3-9485d27cee36\n"
      })
  void runsAndTasksAreUuids(String value) {
    assertInvalid("run-id-malformed", RunId::new, value);
    assertInvalid("task-id-malformed", TaskId::new, value);
  }

  @Test
  void randomIdsAreValidAndDiffer() {
    assertThat(new RunId(RunId.random().value())).isNotEqualTo(RunId.random());
    assertThat(new TaskId(TaskId.random().value())).isNotEqualTo(TaskId.random());
  }

  private static void assertInvalid(String code, Function<String, ?> id, String value) {
    assertThatThrownBy(() -> id.apply(value))
        .isInstanceOfSatisfying(
            KumiaiException.Invalid.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
