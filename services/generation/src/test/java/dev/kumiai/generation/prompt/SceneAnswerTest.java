package dev.kumiai.generation.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.generation.policy.PolicyGate;
import dev.kumiai.worker.SiteFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SceneAnswerTest {

  @TempDir private Path folder;
  private PolicyGate gate;

  @BeforeEach
  void readPolicy() throws IOException {
    Files.writeString(folder.resolve("policy.yaml"), "privateWords: [Acme]");
    gate = PolicyGate.of(new SiteFolder(folder), Clock.systemUTC());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"scenes\": [\" a deep pit \", \"two pits\"]}",
        "```json\n{\"scenes\": [\"a deep pit\", \"two pits\"]}\n```",
        "{\"scenes\": [\"a deep pit\", \"A deep pit\", \"two pits\", \"three pits\"], \"note\": 1}"
      })
  void asManyAsWereAskedForAreTaken(String answer) {
    assertThat(SceneAnswer.read(answer, 2, gate))
        .isEqualTo(new SceneAnswer.Usable(List.of("a deep pit", "two pits")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "I'm sorry, I cannot help with that. | was not JSON",
        "'' | had no list",
        "{\"scenes\": [\"a deep pit\" | was not JSON",
        "[\"a deep pit\", \"two pits\"] | had no list",
        "{\"scenes\": {\"a\": \"a deep pit\"}} | had no list",
        "{\"scenes\": [\"a deep pit\"]} | had 1 different descriptions, not 2",
        "{\"scenes\": [\"a deep pit\", \"a Deep pit\"]} | had 1 different descriptions, not 2",
        "{\"scenes\": [\"a deep pit\", 7]} | had a description that was no text",
        "{\"scenes\": [\"a deep pit\", \"\"]} | had a description that was no text",
        "{\"scenes\": [\"a deep pit\", \"**two** pits\"]} | had markup",
        "{\"scenes\": [\"a deep pit\", \"<b>two</b> pits\"]} | had markup",
        "{\"scenes\": [\"a deep pit\", \"two {class}\"]} | had markup",
        "{\"scenes\": [\"a deep pit\", \"two\\npits\"]} | had markup",
        "{\"scenes\": [\"a deep pit\", \"see https://x.example\"]} | had markup",
        "{\"scenes\": [\"a deep pit\", \"two pits at ACME\"]} | had a word that is not allowed"
      })
  void nonsenseIsToldWithoutAWordOfIt(String answer, String why) {
    assertThat(SceneAnswer.read(answer, 2, gate))
        .isInstanceOfSatisfying(
            SceneAnswer.Unusable.class,
            unusable ->
                assertThat(unusable.why()).startsWith(why).doesNotContain("pit", "sorry", "ACME"));
  }

  @Test
  void aDescriptionOrAnAnswerThatNeverEndsIsNotTaken() {
    String endless = "a pit ".repeat(100);

    assertThat(SceneAnswer.read("{\"scenes\": [\"%s\"]}".formatted(endless), 1, gate))
        .isInstanceOf(SceneAnswer.Unusable.class);
    assertThat(SceneAnswer.read(" ".repeat(SceneAnswer.MOST_CHARACTERS + 1), 1, gate))
        .isEqualTo(new SceneAnswer.Unusable("was too long"));
  }
}
