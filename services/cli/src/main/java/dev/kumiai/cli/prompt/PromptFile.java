package dev.kumiai.cli.prompt;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.protocol.run.PromptSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A catalogue of prompts in a YAML file, whose fields are those of [PromptSpec].
public final class PromptFile {

  private static final ObjectMapper YAML =
      KumiaiJson.configure(
          YAMLMapper.builder().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION).build());

  private PromptFile() {}

  /// Reads a catalogue and finds everything that is wrong with it.
  ///
  /// @throws KumiaiException.NotFound `prompts-missing`
  /// @throws KumiaiException.Invalid `prompts-malformed`, or `prompts-invalid` with every mistake
  public static PromptSpec read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new KumiaiException.NotFound(
          "prompts-missing", "there is no catalogue of prompts " + file);
    }
    try {
      JsonNode tree = YAML.readTree(file.toFile());
      if (tree == null || tree.isMissingNode() || tree.isNull()) {
        throw new KumiaiException.Invalid(
            "prompts-malformed", file + " is empty: give templates, as prompts/castings.yaml does");
      }
      // Not from the tree, which knows no lines.
      PromptSpec prompts = YAML.readValue(file.toFile(), PromptSpec.class);
      if (hasGaps(prompts)) {
        throw new KumiaiException.Invalid(
            "prompts-malformed",
            file + " has an entry without a text: write one behind each dash and each colon");
      }
      prompts.catalogue();
      return prompts;
    } catch (JsonProcessingException e) {
      throw new KumiaiException.Invalid("prompts-malformed", file + ": " + describe(e), e);
    } catch (IOException e) {
      throw new KumiaiException.Unavailable("prompts-unreadable", file + " cannot be read", e);
    }
  }

  /// YAML reads an entry without a text as null.
  private static boolean hasGaps(PromptSpec prompts) {
    return Stream.of(
            prompts.templates().stream(),
            prompts.attributes().values().stream().flatMap(List::stream),
            prompts.words().values().stream())
        .flatMap(Function.identity())
        .anyMatch(text -> text == null || text.isBlank());
  }

  private static String describe(JsonProcessingException mistake) {
    JsonLocation at = mistake.getLocation();
    String line = at == null ? "" : " (line %d)".formatted(at.getLineNr());
    return switch (mistake) {
      case UnrecognizedPropertyException unknown ->
          "'%s' is no known field%s: known are %s"
              .formatted(unknown.getPropertyName(), line, unknown.getKnownPropertyIds());
      case JsonMappingException mapping ->
          "the value of '%s' cannot be read%s: compare with prompts/castings.yaml"
              .formatted(
                  mapping.getPath().stream()
                      .map(JsonMappingException.Reference::getFieldName)
                      .map(String::valueOf)
                      .collect(Collectors.joining("/")),
                  line);
      default -> "is no YAML%s: %s".formatted(line, firstLine(mistake.getOriginalMessage()));
    };
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }
}
