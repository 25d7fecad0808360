package dev.kumiai.generation.policy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.protocol.KumiaiJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `policy.yaml` in the folder of a site: what of the site may leave it for a service that somebody
/// else runs. It is read for every task. Without one nothing may.
///
/// @param remoteGenerators names of the image services that may see prompts
/// @param languageModels names of the chat models that may see what prompts are made of
/// @param words what no text that leaves may hold
/// @param allowedWords the only words that descriptions by a language model may consist of; empty
///   for any
record SitePolicy(
    Set<String> remoteGenerators,
    Set<String> languageModels,
    PrivateWords words,
    Set<String> allowedWords) {

  static final String NAME = "policy.yaml";

  /// What stands in the place of a private word, unless the site names another.
  private static final String NEUTRAL = "item";

  private static final ObjectMapper YAML =
      KumiaiJson.configure(new ObjectMapper(new YAMLFactory()));

  /// Of a site without a policy.
  static final SitePolicy NOTHING_LEAVES =
      new SitePolicy(Set.of(), Set.of(), new PrivateWords(List.of(), List.of(), NEUTRAL), Set.of());

  SitePolicy {
    remoteGenerators = Set.copyOf(remoteGenerators);
    languageModels = Set.copyOf(languageModels);
    allowedWords = Set.copyOf(allowedWords);
  }

  /// Reads the policy of a site.
  ///
  /// @throws KumiaiException.Invalid `site-policy-invalid` for a file that is no policy: what a
  ///   site forbids is never guessed
  static SitePolicy of(Path site) {
    try {
      JsonNode policy = YAML.readTree(Files.readString(site.resolve(NAME)));
      // A file of comments alone allows as much as no file.
      return policy.isMissingNode() || policy.isNull()
          ? NOTHING_LEAVES
          : YAML.treeToValue(policy, SitePolicy.class);
    } catch (NoSuchFileException _) {
      return NOTHING_LEAVES;
    } catch (JsonProcessingException e) {
      throw e.getCause() instanceof KumiaiException.Invalid mistake ? mistake : unreadable(e);
    } catch (IOException e) {
      throw new KumiaiException.Unavailable(
          "site-policy-unreadable", "the site's %s cannot be read".formatted(NAME), e);
    }
  }

  /// Says where the mistake is, and not what stands there: that may be a private word.
  private static KumiaiException unreadable(JsonProcessingException e) {
    String where =
        switch (e) {
          case UnrecognizedPropertyException unknown ->
              " because of the key " + unknown.getPropertyName();
          case JsonMappingException mapping when !mapping.getPath().isEmpty() ->
              " at the key " + mapping.getPath().getFirst().getFieldName();
          case JsonProcessingException _ ->
              e.getLocation() == null ? "" : " in line " + e.getLocation().getLineNr();
        };
    return new KumiaiException.Invalid(
        "site-policy-invalid",
        "the site's %s cannot be understood%s: correct it after docs/remote-generation.md"
            .formatted(NAME, where));
  }

  @JsonCreator
  static SitePolicy of(
      @JsonProperty("remoteGenerators") @Nullable List<String> remoteGenerators,
      @JsonProperty("languageModels") @Nullable List<String> languageModels,
      @JsonProperty("privateWords") @Nullable List<String> privateWords,
      @JsonProperty("privateParts") @Nullable List<String> privateParts,
      @JsonProperty("replacement") @Nullable String replacement,
      @JsonProperty("allowedWords") @Nullable List<String> allowedWords) {
    return new SitePolicy(
        Set.copyOf(orNone(remoteGenerators)),
        Set.copyOf(orNone(languageModels)),
        new PrivateWords(
            orNone(privateWords),
            orNone(privateParts),
            replacement == null ? NEUTRAL : replacement),
        Set.copyOf(orNone(allowedWords).stream().map(FoldedText::fold).toList()));
  }

  private static List<String> orNone(@Nullable List<String> names) {
    return names == null ? List.of() : names;
  }
}
