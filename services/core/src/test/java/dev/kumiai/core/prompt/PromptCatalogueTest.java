package dev.kumiai.core.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.core.prompt.PromptCatalogue.Mode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromptCatalogueTest {

  private static final List<String> GOOD = List.of("a {class}");

  private static List<Violation> mistakes(
      Mode mode, List<String> templates, Map<String, List<String>> attributes) {
    return PromptCatalogue.mistakes(mode, templates, attributes);
  }

  private static void assertMistake(List<Violation> mistakes, String where, String... parts) {
    assertThat(mistakes)
        .singleElement()
        .satisfies(
            mistake -> {
              assertThat(mistake.where()).isEqualTo(where);
              assertThat(mistake.what()).contains(parts);
            });
  }

  @Test
  void everyModeHasACatalogueWithoutMistakes() {
    assertThat(
            mistakes(Mode.SINGLE, List.of("a {class}, {light}"), Map.of("light", List.of("dim"))))
        .isEmpty();
    assertThat(
            mistakes(
                Mode.MULTIPLE,
                List.of("a {class}", "{light} {class}"),
                Map.of("light", List.of("dim", "hard"))))
        .isEmpty();
    assertThat(mistakes(Mode.LLM, List.of("{scene}"), Map.of("light", List.of("dim", "hard"))))
        .as("the language model is told of the light")
        .isEmpty();
  }

  @Test
  void aPlaceholderNeedsAnAttribute() {
    assertMistake(
        mistakes(Mode.MULTIPLE, List.of("a {class}", "a {class} in {lihgt} {light}"), light()),
        "/templates/1",
        "{lihgt}",
        "known are [class, light]");
    assertMistake(mistakes(Mode.MULTIPLE, List.of("a {class} {}"), Map.of()), "/templates/0", "{}");
    assertMistake(
        mistakes(Mode.MULTIPLE, List.of("a {class} {scene}"), Map.of()), "/templates/0", "{scene}");
  }

  @Test
  void anAttributeNeedsATemplateThatUsesIt() {
    assertMistake(
        mistakes(Mode.MULTIPLE, GOOD, light()), "/attributes/light", "used by no template");
  }

  @Test
  void aTemplateTellsClassesApart() {
    assertMistake(
        mistakes(Mode.SINGLE, List.of("a photo"), Map.of()), "/templates/0", "lacks {class}");
    assertMistake(mistakes(Mode.LLM, GOOD, Map.of()), "/templates/0", "lacks {scene}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a {class", "a class} {class}", "a {cl{class}", "{class} }", "{class} {"})
  void bracesComeInPairs(String template) {
    assertMistake(
        mistakes(Mode.MULTIPLE, List.of(template), Map.of()),
        "/templates/0",
        "without its partner");
  }

  @Test
  void underSingleThereIsNothingToDraw() {
    assertMistake(
        mistakes(Mode.SINGLE, List.of("a {class}", "the {class}"), Map.of()),
        "/templates",
        "are 2");
    assertMistake(
        mistakes(Mode.SINGLE, List.of("{class} {light}"), Map.of("light", List.of("dim", "hard"))),
        "/attributes/light",
        "has 2 values");
  }

  @Test
  void everyMistakeIsToldAtOnce() {
    assertThatThrownBy(
            () ->
                new PromptCatalogue(
                    Mode.MULTIPLE,
                    List.of("a photo", "{what} {class}"),
                    new TreeMap<>(
                        Map.of("class", List.of("x"), "a/b", List.of("y", "y"), "hue", List.of())),
                    new TreeMap<>(),
                    ""))
        .isInstanceOfSatisfying(
            KumiaiException.Invalid.class,
            e ->
                assertThat(e.violations())
                    .extracting(Violation::where)
                    .containsExactlyInAnyOrder(
                        "/attributes/class",
                        "/attributes/a~1b",
                        "/attributes/a~1b",
                        "/attributes/hue",
                        "/attributes/hue",
                        "/templates/0",
                        "/templates/1"));
  }

  private static Map<String, List<String>> light() {
    return Map.of("light", List.of("dim"));
  }
}
