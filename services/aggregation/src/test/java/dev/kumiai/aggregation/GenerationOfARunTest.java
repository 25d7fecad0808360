package dev.kumiai.aggregation;

import static dev.kumiai.aggregation.RawSpec.ANY_DIGEST;
import static dev.kumiai.aggregation.RawSpec.at;
import static dev.kumiai.aggregation.RawSpec.mistakes;
import static dev.kumiai.aggregation.RawSpec.spec;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is said about the generation of a run, and the use of what is generated, when it is
/// created.
@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class GenerationOfARunTest {

  private final Aggregator aggregator;

  @Inject
  GenerationOfARunTest(Aggregator aggregator) {
    this.aggregator = aggregator;
  }

  @AfterEach
  void endWhatIsLeft() {
    aggregator.close();
  }

  @Test
  void aSiteWithoutDataHasToGenerateSome() {
    TinySite a = aggregator.site("a", 5, 5, 5);
    TinySite empty = aggregator.site("empty", 0, 0, 0);
    ObjectNode spec = spec(a, empty);

    assertThat(mistakes(spec).get("/sites/1")).contains("holds no samples and generates none");

    at(spec, "generation").put("totalSamples", 6).put("generator", ANY_DIGEST);
    assertThat(mistakes(spec)).isEmpty();

    at(spec, "strategy").put("weighting", "PRIVATE");
    assertThat(mistakes(spec).get("/sites/1")).contains("its vote counts nothing");
  }

  @Test
  void aClassThatNobodyHoldsHasToBeGenerated() {
    TinySite a = aggregator.site("a", 5, 0, 5);
    ObjectNode spec = spec(a);

    assertThat(mistakes(spec)).containsOnlyKeys("/data/classes/1");

    at(spec, "generation").put("totalSamples", 6).put("generator", ANY_DIGEST);
    assertThat(mistakes(spec)).isEmpty();
  }

  @Test
  void theAmountIsATotalOrAMultipleOfThePrivateSamples() {
    TinySite a = aggregator.site("a", 5, 5, 5);
    ObjectNode spec = spec(a);
    ObjectNode generation = at(spec, "generation").put("generator", ANY_DIGEST);

    assertThat(mistakes(spec)).containsOnlyKeys("/generation/totalSamples");
    generation.put("totalSamples", 6).put("multiple", 0.5);
    assertThat(mistakes(spec)).containsOnlyKeys("/generation/multiple");
    generation.put("totalSamples", 0).put("multiple", -1);
    assertThat(mistakes(spec)).containsOnlyKeys("/generation/totalSamples", "/generation/multiple");
    generation.remove("totalSamples");
    generation.put("multiple", 0.01);
    assertThat(mistakes(spec).get("/generation/multiple"))
        .contains("comes to 0 samples, as the sites hold 15");
    generation.put("multiple", 0.5);
    assertThat(mistakes(spec)).isEmpty();
  }

  @Test
  void everyMistakeAboutPromptsIsTold() {
    TinySite a = aggregator.site("a", 5, 5, 5);
    ObjectNode spec = spec(a);
    ObjectNode prompts =
        at(spec, "generation")
            .put("generator", ANY_DIGEST)
            .put("totalSamples", 6)
            .putObject("prompts");
    prompts.putArray("templates").add("a {class}, {lihgt}").add("a photo").add("{class");
    prompts.putObject("attributes").putArray("light").add("dim");
    prompts.putObject("words").put("warp", "bent").put("pit", "deep pit");
    prompts.put("scenes", 4).put("model", "writer");

    assertThat(mistakes(spec))
        .containsOnlyKeys(
            "/generation/prompts/templates/0",
            "/generation/prompts/templates/1",
            "/generation/prompts/templates/2",
            "/generation/prompts/words/warp",
            "/generation/prompts/scenes",
            "/generation/prompts/model");

    prompts.putArray("templates").add("a {class}, {light}").add(" ");
    prompts.withObjectProperty("attributes").putArray("light").add("dim").addNull();
    prompts.withObjectProperty("words").putNull("pit");
    prompts.put("mood", "bright");
    assertThat(mistakes(spec))
        .containsOnlyKeys(
            "/generation/prompts/templates/1",
            "/generation/prompts/attributes/light/1",
            "/generation/prompts/words/pit",
            "/generation/prompts/mood");

    prompts.removeAll();
    prompts.putArray("templates").add("a {class}");
    assertThat(mistakes(spec)).isEmpty();
    prompts.remove("templates");
    assertThat(mistakes(spec)).containsOnlyKeys("/generation/prompts/templates");
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "public:../private", "sha256:12", "remote:"})
  void aGeneratorThatCannotBeIsTold(String ref) {
    TinySite a = aggregator.site("a", 5, 5, 5);
    ObjectNode spec = spec(a).put("rounds", 0);
    at(spec, "generation").put("generator", ref).put("totalSamples", 6);

    assertThat(mistakes(spec)).containsOnlyKeys("/rounds", "/generation/generator");
  }

  @Test
  void aGeneratorIsGuidedByWhatItKnows() {
    TinySite a = aggregator.site("a", 5, 5, 5);
    ObjectNode spec = spec(a);
    ObjectNode generation =
        at(spec, "generation").put("generator", "classical").put("totalSamples", 6);

    assertThat(mistakes(spec)).isEmpty();
    generation.put("guidance", "MIXED").putObject("prompts").putArray("templates").add("{class}");
    assertThat(mistakes(spec)).containsOnlyKeys("/generation/guidance", "/generation/prompts");
    assertThat(mistakes(spec).get("/generation/guidance")).contains("classical knows REAL alone");

    generation.put("generator", "public:textures");
    assertThat(mistakes(spec)).containsOnlyKeys("/generation/guidance", "/generation/prompts");
    generation.put("guidance", "PROMPT").remove("prompts");
    assertThat(mistakes(spec)).isEmpty();
    generation.put("generator", "remote:images").put("guidance", "REAL").put("strength", 0.4);
    assertThat(mistakes(spec)).containsOnlyKeys("/generation/prompts");
    generation.putObject("prompts").putArray("templates").add("{class}");
    assertThat(mistakes(spec)).isEmpty();
  }

  @Test
  void classicalAugmentationInventsNoClass() {
    TinySite a = aggregator.site("a", 5, 0, 5);
    TinySite empty = aggregator.site("empty", 0, 0, 0);
    ObjectNode spec = spec(a, empty);
    at(spec, "generation").put("generator", "classical").put("totalSamples", 6);

    assertThat(mistakes(spec)).containsOnlyKeys("/sites/1", "/data/classes/1");

    at(spec, "generation").put("generator", "public:textures");
    assertThat(mistakes(spec)).isEmpty();
  }

  @Test
  void aRunThatGeneratesNothingCannotUseIt() {
    TinySite a = aggregator.site("a", 5, 5, 5);
    ObjectNode spec = spec(a);
    at(spec, "training").put("trainsOn", "SHUFFLED_LABELS").put("generatedOrder", "GENERATED_LAST");

    assertThat(mistakes(spec)).containsOnlyKeys("/training/trainsOn", "/training/generatedOrder");

    at(spec, "generation").put("generator", ANY_DIGEST).put("totalSamples", 6);
    assertThat(mistakes(spec)).isEmpty();
  }

  @Test
  void trainingOnGeneratedSamplesAloneNeedsThemAndTheirVotes() {
    TinySite a = aggregator.site("a", 5, 5, 5);
    TinySite b = aggregator.site("b", 1, 1, 1);
    ObjectNode spec = spec(a, b);
    ObjectNode training =
        at(spec, "training")
            .put("trainsOn", "GENERATED_ONLY")
            .put("generatedOrder", "GENERATED_FIRST");
    at(spec, "strategy").put("weighting", "PRIVATE");
    at(spec, "generation").put("generator", ANY_DIGEST).put("totalSamples", 6);

    assertThat(mistakes(spec)).containsOnlyKeys("/training/generatedOrder", "/strategy/weighting");

    training.put("generatedOrder", "MIXED");
    at(spec, "strategy").put("weighting", "ALL");
    assertThat(mistakes(spec))
        .as("the deficit is at b alone")
        .containsOnlyKeys("/sites/0")
        .allSatisfy((_, what) -> assertThat(what).contains("generates no samples"));

    at(spec, "generation").put("totalSamples", 2).put("allocation", "EQUAL");
    assertThat(mistakes(spec))
        .as("one sample a site, of the first class")
        .containsOnlyKeys("/data/classes/1", "/data/classes/2");

    at(spec, "generation").put("totalSamples", 6);
    assertThat(mistakes(spec)).isEmpty();
  }
}
