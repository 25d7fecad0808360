package dev.kumiai.generation.prompt;

import dev.kumiai.core.prompt.PromptCatalogue;
import dev.kumiai.generation.policy.OutgoingText;
import dev.kumiai.generation.policy.PolicyGate;

/// What a language model is asked about one class.
///
/// @param task what it is here for
/// @param wish what it is to write now
/// @param count how many descriptions
record SceneQuestion(OutgoingText task, OutgoingText wish, int count) {

  private static final String TASK =
      """
      You write descriptions of pictures for a program that draws them. Each description is one \
      plain sentence of 3 to 40 words about what can be seen: no markup, no line breaks, no names \
      of people, companies or products. You answer with JSON alone, of the form \
      {"scenes": ["...", "..."]}.""";

  static SceneQuestion of(PromptCatalogue catalogue, String label, int count, PolicyGate gate) {
    StringBuilder wish =
        new StringBuilder(
            "Write %d descriptions of pictures of this: %s. No two are alike."
                .formatted(count, catalogue.wordsFor(label)));
    catalogue
        .attributes()
        .forEach(
            (name, values) ->
                wish.append(
                    " Let them differ in %s, such as %s."
                        .formatted(name, String.join(", ", values))));
    if (!catalogue.negative().isEmpty()) {
      wish.append(" Never mention: %s.".formatted(catalogue.negative()));
    }
    return new SceneQuestion(gate.scrub(TASK), gate.scrub(wish.toString()), count);
  }

  /// The same once more, after an answer that could not be used. That answer itself is not sent
  /// back: nobody has reviewed it.
  SceneQuestion again(String why, PolicyGate gate) {
    return new SceneQuestion(
        task,
        gate.scrub(
            "%s An earlier answer could not be used, because it %s. Answer with exactly %d descriptions, as JSON alone."
                .formatted(wish.text(), why, count)),
        count);
  }

  /// All that leaves.
  String text() {
    return task.text() + "\n" + wish.text();
  }
}
