package dev.kumiai.protocol.run;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.kumiai.core.prompt.PromptCatalogue;
import dev.kumiai.core.prompt.PromptCatalogue.Mode;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a generator is told in words: a catalogue of templates and attributes, from which each
/// sample draws its prompt.
///
/// @param mode how prompts differ from sample to sample
/// @param templates texts with placeholders: `{class}`, and one for each attribute
/// @param attributes for each attribute, such as `lighting`, the values it can take
/// @param words how a class is called in a prompt; one that is not named is called by its name
/// @param negative what no sample must show; null for nothing
/// @param scenes descriptions that a language model writes per class, for [Mode#LLM] only
/// @param model the language model, by the name that the sites' configurations give it, for
///   [Mode#LLM] only
public record PromptSpec(
    @NotNull Mode mode,
    @NotNull @Size(min = 1, max = 1_000) List<@NotBlank @Size(max = 1_000) String> templates,
    @Size(max = 64) Map<String, @NotNull @Size(min = 1, max = 1_000) List<@NotBlank @Size(max = 1_000) String>>
            attributes,
    @Size(max = 10_000) Map<String, @NotBlank @Size(max = 1_000) String> words,
    @Size(max = 1_000) @Nullable String negative,
    @Min(1) @Max(1_000) @Nullable Integer scenes,
    @Size(min = 1, max = 63) @Nullable String model) {

  /// Of [Mode#LLM].
  public static final int DEFAULT_SCENES = 16;

  /// Of [Mode#LLM].
  public static final String DEFAULT_MODEL = "default";

  /// A missing value has to get as far as validation, so that it is reported with other mistakes.
  public PromptSpec {
    templates = Missing.emptyIfNull(templates);
    SortedMap<String, List<String>> copied = new TreeMap<>();
    attributes.forEach((name, values) -> copied.put(name, Missing.emptyIfNull(values)));
    attributes = Collections.unmodifiableSortedMap(copied);
    words = Collections.unmodifiableSortedMap(new TreeMap<>(words));
  }

  /// By the language model that each site calls `default`, where one is wanted.
  public PromptSpec(
      Mode mode,
      List<String> templates,
      Map<String, List<String>> attributes,
      Map<String, String> words,
      @Nullable String negative,
      @Nullable Integer scenes) {
    this(
        mode,
        templates,
        attributes,
        words,
        negative,
        scenes,
        mode == Mode.LLM ? DEFAULT_MODEL : null);
  }

  /// The catalogue that prompts are drawn from.
  ///
  /// @throws dev.kumiai.core.KumiaiException.Invalid `prompts-invalid` with every mistake
  public PromptCatalogue catalogue() {
    return new PromptCatalogue(
        mode,
        templates,
        new TreeMap<>(attributes),
        new TreeMap<>(words),
        negative == null ? "" : negative);
  }

  @JsonCreator
  static PromptSpec of(
      @JsonProperty("mode") @Nullable Mode mode,
      @JsonProperty("templates") List<String> templates,
      @JsonProperty("attributes") @Nullable Map<String, List<String>> attributes,
      @JsonProperty("words") @Nullable Map<String, String> words,
      @JsonProperty("negative") @Nullable String negative,
      @JsonProperty("scenes") @Nullable Integer scenes,
      @JsonProperty("model") @Nullable String model) {
    return new PromptSpec(
        mode == null ? Mode.MULTIPLE : mode,
        templates,
        attributes == null ? Map.of() : attributes,
        words == null ? Map.of() : words,
        negative,
        scenes == null && mode == Mode.LLM ? Integer.valueOf(DEFAULT_SCENES) : scenes,
        model == null && mode == Mode.LLM ? DEFAULT_MODEL : model);
  }
}
