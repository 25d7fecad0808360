package dev.kumiai.cli.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.core.prompt.PromptCatalogue.Mode;
import dev.kumiai.core.prompt.Prompts;
import dev.kumiai.protocol.run.PromptSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PromptFileTest {

  @TempDir private Path folder;

  private Path write(String yaml) throws IOException {
    return Files.writeString(folder.resolve("prompts.yaml"), yaml);
  }

  @Test
  void readsTheCatalogueThatComesWithCastings() {
    PromptSpec prompts = PromptFile.read(repository().resolve("prompts/castings.yaml"));

    assertThat(prompts.mode()).isEqualTo(Mode.MULTIPLE);
    assertThat(new Prompts(prompts.catalogue(), 1).at("cold-shut", 0).text())
        .contains("cold shut")
        .doesNotContain("{");
  }

  private static Path repository() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("mvnw"))) {
      folder = Objects.requireNonNull(folder.getParent());
    }
    return folder;
  }

  @Test
  void whatIsLeftOutHasItsDefault() throws Exception {
    assertThat(PromptFile.read(write("templates: ['a {class}']")))
        .isEqualTo(
            new PromptSpec(Mode.MULTIPLE, List.of("a {class}"), Map.of(), Map.of(), null, null));
  }

  @Test
  void tellsEveryMistakeWithItsPlace() throws Exception {
    Path file =
        write(
            """
            templates:
              - a {class} in {lihgt}
              - a photo
            attributes:
              light: [dim]
            """);

    assertThatThrownBy(() -> PromptFile.read(file))
        .isInstanceOfSatisfying(
            KumiaiException.Invalid.class,
            e ->
                assertThat(e.violations())
                    .extracting(Violation::where)
                    .containsExactlyInAnyOrder(
                        "/templates/0", "/templates/1", "/attributes/light"));
  }

  static List<Arguments> unreadable() {
    return List.of(
        Arguments.of("templates: ['{class}']\nmood: dark", "'mood' is no known field (line 2)"),
        Arguments.of(
            "templates: ['{class}']\nmode: MANY", "the value of 'mode' cannot be read (line 2)"),
        Arguments.of("templates: {a: b}", "the value of 'templates' cannot be read (line 1)"),
        Arguments.of("templates: ['{class}", "is no YAML"),
        Arguments.of("templates: ['{class}']\ntemplates: ['a {class}']", "is no YAML (line 2)"),
        Arguments.of("templates: ['{class}', ]\nwords: {pit: }", "without a text"),
        Arguments.of("templates:\n  -\n  - '{class}'", "without a text"),
        Arguments.of("# nothing", "is empty"));
  }

  @ParameterizedTest
  @MethodSource("unreadable")
  void saysWhereAFileCannotBeRead(String yaml, String part) throws Exception {
    Path file = write(yaml);

    assertThatThrownBy(() -> PromptFile.read(file))
        .isInstanceOf(KumiaiException.Invalid.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(part)
        .extracting("code")
        .isEqualTo("prompts-malformed");
  }

  @Test
  void saysThatThereIsNoFile() {
    assertThatThrownBy(() -> PromptFile.read(folder.resolve("none.yaml")))
        .isInstanceOf(KumiaiException.NotFound.class)
        .hasMessageContaining("none.yaml");
  }
}
