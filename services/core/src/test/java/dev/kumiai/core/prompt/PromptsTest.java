package dev.kumiai.core.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.prompt.PromptCatalogue.Mode;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PromptsTest {

  private static final SortedMap<String, List<String>> ATTRIBUTES =
      new TreeMap<>(
          Map.of(
              "lighting", List.of("soft light", "hard light", "dim light"),
              "material", List.of("iron", "aluminium")));

  private static final PromptCatalogue CATALOGUE =
      new PromptCatalogue(
          Mode.MULTIPLE,
          List.of("a {class} on {material}, {lighting}", "{material} with a {class}"),
          ATTRIBUTES,
          new TreeMap<>(Map.of("pit", "deep pit")),
          "blurred");

  @Property(tries = 200)
  void aPromptFollowsFromSeedClassAndIndexAlone(
      @ForAll long seed, @ForAll @IntRange(max = 1000) int index) {
    Prompts asked = new Prompts(CATALOGUE, seed);
    asked.at("pit", index + 1);
    asked.at("crack", index);

    assertThat(asked.at("pit", index)).isEqualTo(new Prompts(CATALOGUE, seed).at("pit", index));
  }

  @Test
  void samplesClassesAndSeedsHaveDrawsOfTheirOwn() {
    Prompts prompts = new Prompts(CATALOGUE, 1);

    assertThat(texts(index -> prompts.at("pit", index)))
        .isNotEqualTo(texts(index -> prompts.at("pit", index + 1)))
        .isNotEqualTo(texts(index -> new Prompts(CATALOGUE, 2).at("pit", index)));
    assertThat(texts(index -> prompts.at("deep pit", index)))
        .as("the same words for another class")
        .isNotEqualTo(texts(index -> prompts.at("pit", index)));
  }

  /// 6,000 draws of 1/6 + 1/2 * 1/2: each of 6 prompts of the first template has 1/12, each of 2 of
  /// the second 1/4; six standard deviations around.
  @Test
  void templatesAndValuesAreDrawnEquallyOften() {
    Prompts prompts = new Prompts(CATALOGUE, 3);

    Map<String, Long> drawn =
        IntStream.range(0, 6_000)
            .mapToObj(index -> prompts.at("pit", index).text())
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));

    assertThat(drawn).hasSize(8);
    drawn.forEach(
        (text, times) ->
            assertThat(times)
                .as(text)
                .isBetween(
                    text.startsWith("a ") ? 371L : 1_298L, text.startsWith("a ") ? 629L : 1_702L));
  }

  @Test
  void aPromptNamesTheClassInItsWordsAndSaysWhatIsNotToBeSeen() {
    Prompt prompt = new Prompts(CATALOGUE, 1).at("pit", 0);
    Prompt unnamed = new Prompts(CATALOGUE, 1).at("crack", 0);

    assertThat(prompt.text()).contains("deep pit");
    assertThat(prompt.negative()).isEqualTo("blurred");
    assertThat(unnamed.text()).contains("crack");
  }

  @Test
  void whatTakesThePlaceOfAPlaceholderIsNoTemplate() {
    PromptCatalogue catalogue =
        catalogue(Mode.SINGLE, List.of("{class} {finish}"), Map.of("finish", List.of("{class}")));

    assertThat(new Prompts(catalogue, 1).at("pit", 0).text()).isEqualTo("pit {class}");
  }

  @Test
  void allSamplesOfAClassHaveTheSinglePrompt() {
    Prompts prompts =
        new Prompts(catalogue(Mode.SINGLE, List.of("a photo of a {class}"), Map.of()), 1);

    assertThat(texts(index -> prompts.at("pit", index))).containsOnly("a photo of a pit");
  }

  @Test
  void scenesOfALanguageModelAreDrawnPerClass() {
    PromptCatalogue catalogue = catalogue(Mode.LLM, List.of("{scene}, sharp"), Map.of());
    Prompts prompts =
        new Prompts(catalogue, 1, Map.of("pit", List.of("a moon", "a sieve"), "crack", List.of()));

    assertThat(texts(index -> prompts.at("pit", index)))
        .contains("a moon, sharp", "a sieve, sharp")
        .allMatch(text -> text.endsWith(", sharp"));
    assertThatThrownBy(() -> prompts.at("crack", 0))
        .isInstanceOf(KumiaiException.Invalid.class)
        .hasMessageContaining("'crack'")
        .extracting("code")
        .isEqualTo("prompt-scenes-missing");
  }

  private static List<String> texts(Function<Integer, Prompt> prompts) {
    return IntStream.range(0, 20).mapToObj(index -> prompts.apply(index).text()).toList();
  }

  private static PromptCatalogue catalogue(
      Mode mode, List<String> templates, Map<String, List<String>> attributes) {
    return new PromptCatalogue(mode, templates, new TreeMap<>(attributes), new TreeMap<>(), "");
  }
}
