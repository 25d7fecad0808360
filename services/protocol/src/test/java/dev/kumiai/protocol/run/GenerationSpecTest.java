package dev.kumiai.protocol.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kumiai.core.Digest;
import dev.kumiai.core.prompt.PromptCatalogue.Mode;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.protocol.run.GenerationSpec.Guidance;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GenerationSpecTest {

  private static final ObjectMapper JSON = KumiaiJson.mapper();
  private static final GeneratorRef FILE = new GeneratorRef.File(Digest.of(new byte[] {1}));

  private static GenerationSpec read(String json) throws JsonProcessingException {
    return JSON.readValue(json, GenerationSpec.class);
  }

  @Test
  void readsWhatEarlierReleasesWrote() throws Exception {
    GenerationSpec spec =
        read(
            """
            {"generator": "%s", "allocation": "EQUAL", "totalSamples": 8, "guidance": "MIXED",
             "strength": 0.5, "guidanceScale": 3, "samplingSteps": 5}"""
                .formatted(FILE));

    assertThat(spec)
        .isEqualTo(
            GenerationSpec.ofTotal(FILE, 8)
                .withAllocation(GenerationSpec.Allocation.EQUAL)
                .withGuidance(Guidance.MIXED, 0.5)
                .withSampling(3, 5));
    assertThat(spec.filters()).isEqualTo(FilterSpec.DEFAULT);
  }

  @Test
  void goesThroughJsonUnchanged() throws Exception {
    PromptSpec prompts =
        new PromptSpec(
            Mode.MULTIPLE,
            List.of("a {class}, {light}"),
            Map.of("light", List.of("dim", "hard")),
            Map.of("pit", "deep pit"),
            "blurred",
            null);
    GenerationSpec spec =
        GenerationSpec.ofMultiple(new GeneratorRef.Remote("images"), 1.5)
            .withPrompts(prompts)
            .withGuidance(Guidance.REAL, 0.3)
            .withFilters(FilterSpec.DEFAULT.withNearCopies(false));

    assertThat(read(JSON.writeValueAsString(spec))).isEqualTo(spec);
  }

  @Test
  void classicalAugmentationIsGuidedByRealSamplesAndMayStayNearThem() throws Exception {
    GenerationSpec spec = read("{\"generator\": \"classical\", \"totalSamples\": 8}");

    assertThat(spec.guidance()).isEqualTo(Guidance.REAL);
    assertThat(spec.strength()).isEqualTo(GenerationSpec.DEFAULT_STRENGTH);
    assertThat(spec.filters().nearCopies()).isFalse();
  }

  @Test
  void whatIsLeftOutOfFiltersAndPromptsHasItsDefault() throws Exception {
    GenerationSpec spec =
        read(
            """
            {"generator": "public:textures", "multiple": 1, "filters": {"duplicates": false},
             "prompts": {"mode": "LLM", "templates": ["{scene}"]}}""");

    assertThat(spec.filters()).isEqualTo(new FilterSpec(true, true, 0.05, false, 0.01, true, 0.5));
    assertThat(spec.prompts())
        .isEqualTo(new PromptSpec(Mode.LLM, List.of("{scene}"), Map.of(), Map.of(), null, 16));
    assertThat(spec.totalSamples()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"classical", "public:my-textures_1.0", "remote:images"})
  void aReferenceIsOneText(String text) throws Exception {
    GeneratorRef ref = GeneratorRef.parse(text);

    assertThat(ref).hasToString(text);
    assertThat(JSON.writeValueAsString(ref)).isEqualTo('"' + text + '"');
    assertThat(JSON.readValue('"' + text + '"', GeneratorRef.class)).isEqualTo(ref);
  }

  @Test
  void aDigestIsAReferenceToAFile() {
    assertThat(GeneratorRef.parse(Digest.of(new byte[] {1}).toString())).isEqualTo(FILE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "classic",
        "sha256:12",
        "public:",
        "public:..",
        "public:../private",
        "public:a/b",
        "remote: x",
        "file:x",
        "Classical"
      })
  void whatIsNoReferenceIsRefusedWithAReason(String text) {
    assertThatThrownBy(() -> JSON.readValue('"' + text + '"', GeneratorRef.class))
        .isInstanceOf(JsonMappingException.class)
        .hasMessageContaining(text);
  }
}
