package dev.kumiai.generation.prompt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kumiai.generation.policy.PolicyGate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// What a language model answered: descriptions that can be used, or why there are none.
sealed interface SceneAnswer {

  /// As many descriptions as were asked for.
  record Usable(List<String> scenes) implements SceneAnswer {
    public Usable {
      scenes = List.copyOf(scenes);
    }
  }

  /// Nothing to take scenes from.
  ///
  /// @param why as the end of a sentence about the answer, without a word of it
  record Unusable(String why) implements SceneAnswer {}

  /// An answer that is longer is not looked at.
  int MOST_CHARACTERS = 1 << 20;

  int FEWEST_CHARACTERS = 3;
  int MOST_CHARACTERS_OF_ONE = 400;

  /// Control characters, what Markdown, HTML and templates are made of, and addresses.
  Pattern MARKUP = Pattern.compile("[\\p{Cntrl}<>{}\\[\\]`*_#|\\\\]|://|www\\.");

  ObjectMapper JSON = new ObjectMapper();

  /// Reads an answer, of which more than was asked for is not used.
  static SceneAnswer read(String answer, int count, PolicyGate gate) {
    if (answer.length() > MOST_CHARACTERS) {
      return new Unusable("was too long");
    }
    JsonNode scenes;
    try {
      scenes = JSON.readTree(withoutFence(answer)).path("scenes");
    } catch (IOException _) {
      return new Unusable("was not JSON");
    }
    if (!scenes.isArray()) {
      return new Unusable("had no list 'scenes'");
    }
    List<String> usable = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (JsonNode node : scenes) {
      String scene = node.asText("").strip();
      if (!node.isTextual()
          || scene.length() < FEWEST_CHARACTERS
          || scene.length() > MOST_CHARACTERS_OF_ONE) {
        return new Unusable(
            "had a description that was no text of %d to %d characters"
                .formatted(FEWEST_CHARACTERS, MOST_CHARACTERS_OF_ONE));
      }
      if (MARKUP.matcher(scene).find()) {
        return new Unusable("had markup or addresses in a description");
      }
      if (!gate.accepts(scene)) {
        return new Unusable("had a word that is not allowed here");
      }
      if (seen.add(scene.toLowerCase(Locale.ROOT))) {
        usable.add(scene);
      }
    }
    return usable.size() < count
        ? new Unusable("had %d different descriptions, not %d".formatted(usable.size(), count))
        : new Usable(usable.subList(0, count));
  }

  /// Many models put their JSON into a fence of Markdown, whatever they are told.
  private static String withoutFence(String answer) {
    String stripped = answer.strip();
    if (!stripped.startsWith("```") || !stripped.endsWith("```")) {
      return stripped;
    }
    int start = stripped.indexOf('{');
    int end = stripped.lastIndexOf('}');
    return start < 0 || end < start ? stripped : stripped.substring(start, end + 1);
  }
}
