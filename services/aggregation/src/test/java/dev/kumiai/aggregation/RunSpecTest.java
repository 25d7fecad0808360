package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kumiai.core.Digest;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.protocol.error.Problem;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Specs that contradict themselves, or what is there. Every mistake is told, with its place.
@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class RunSpecTest {

  private static final ObjectMapper JSON = KumiaiJson.mapper();
  private static final String ANY_DIGEST = Digest.of(new byte[] {5}).toString();

  private final Aggregator aggregator;

  @Inject
  RunSpecTest(Aggregator aggregator) {
    this.aggregator = aggregator;
  }

  @AfterEach
  void endWhatIsLeft() {
    aggregator.close();
  }

  private static ObjectNode spec(TinySite... sites) {
    ObjectNode spec = JSON.createObjectNode();
    spec.put("name", "run").put("rounds", 1);
    spec.putObject("model").put("architecture", "CNN");
    ArrayNode classes = spec.putObject("data").put("dataset", "castings").putArray("classes");
    TinySite.CLASSES.forEach(classes::add);
    ArrayNode names = spec.putArray("sites");
    List.of(sites).forEach(site -> names.add(site.id().value()));
    return spec;
  }

  private static ObjectNode at(ObjectNode spec, String field) {
    return spec.withObjectProperty(field);
  }

  /// What each place of a refused spec is told; empty when it was taken.
  private static Map<String, String> mistakes(ObjectNode spec) {
    JsonNode answer =
        RestAssured.given()
            .contentType("application/json")
            .body(spec.toString())
            .post("/api/v1/runs")
            .then()
            .extract()
            .as(JsonNode.class);
    Map<String, String> mistakes = new TreeMap<>();
    if (answer.has("violations")) {
      assertThat(answer.path("type").asText()).isEqualTo(Problem.TYPE_PREFIX + "run-spec-invalid");
      answer
          .path("violations")
          .forEach(
              violation ->
                  mistakes.merge(
                      violation.path("where").asText(),
                      violation.path("what").asText(),
                      (left, right) -> left + "; " + right));
    }
    return mistakes;
  }

  @Test
  void takesASpecOfNothingButWhatHasNoDefault() {
    TinySite a = aggregator.site("a", 1, 1, 1);

    assertThat(mistakes(spec(a))).isEmpty();
  }

  @Test
  void tellsEveryMistakeAtOnce() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    ObjectNode spec = spec(a, a);
    spec.withArrayProperty("sites").add("nobody");
    spec.put("rounds", 0).put("naem", "x");
    at(spec, "training").put("epochs", 1).put("steps", 5).put("learningRate", -1);
    at(spec, "data").put("imageSize", 8).put("channels", 2);
    at(spec, "model").put("torchScript", ANY_DIGEST);
    at(spec, "generation")
        .put("totalSamples", 10)
        .put("strength", 0.5)
        .put("generator", ANY_DIGEST);

    assertThat(mistakes(spec))
        .containsOnlyKeys(
            "/naem",
            "/rounds",
            "/training/learningRate",
            "/data/imageSize",
            "/data/channels",
            "/model/torchScript",
            "/generation/strength",
            "/sites/1",
            "/sites/2");
  }

  @Test
  void epochsAndStepsContradict() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    ObjectNode spec = spec(a);
    at(spec, "training").put("epochs", 1).put("steps", 5);

    assertThat(mistakes(spec)).containsOnlyKeys("/training/steps");
  }

  @Test
  void aClassIsNamedOnce() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    ObjectNode spec = spec(a);
    at(spec, "data").withArrayProperty("classes").add("pit");

    assertThat(mistakes(spec)).containsOnlyKeys("/data/classes/3");
  }

  @Test
  void namesOfDataSetsAndClassesDoNotLeadElsewhere() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    ObjectNode spec = spec(a);
    at(spec, "data").put("dataset", "../b").putArray("classes").add("a/b").add("..").add(" ");

    assertThat(mistakes(spec))
        .containsOnlyKeys("/data/dataset", "/data/classes/0", "/data/classes/1", "/data/classes/2");
  }

  @Test
  void torchScriptNeedsItsFile() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    ObjectNode spec = spec(a);
    at(spec, "model").put("architecture", "TORCHSCRIPT");

    assertThat(mistakes(spec)).containsOnlyKeys("/model/torchScript");
  }

  @Test
  void initialModelHasToBeHere() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    ObjectNode spec = spec(a);
    at(spec, "model").put("initial", ANY_DIGEST);

    assertThat(mistakes(spec)).containsOnlyKeys("/model/initial");
  }

  @Test
  void initialModelHasToFitClassesAndImages(@TempDir Path folder) {
    TinySite a = aggregator.site("a", 1, 1, 1);
    Path file = folder.resolve("weights");
    TinyModel.write(file, TinyModel.initial(1));
    ObjectNode spec = spec(a);
    at(spec, "model").put("initial", aggregator.client().uploadModel(file).toString());

    assertThat(mistakes(spec).get("/model/initial"))
        .contains("no layer that takes images of 3 channels and 32 x 32 pixels, as CNN does")
        .doesNotContain("outputs");

    at(spec, "data").withArrayProperty("classes").add("stain");

    assertThat(mistakes(spec).get("/model/initial")).contains("no layer of 4 outputs");
  }

  @Test
  void sitesHaveToHoldTheDataSet() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    ObjectNode spec = spec(a);
    at(spec, "data").put("dataset", "weldings");

    assertThat(mistakes(spec))
        .containsOnlyKeys("/sites/0")
        .containsValue(
            "site '%s' has announced no data set 'weldings'; it has [castings]".formatted(a.id()));
  }

  @Test
  void everyClassOfASiteHasToBeListed() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    ObjectNode spec = spec(a);
    at(spec, "data").putArray("classes").add("crack").add("pit");

    assertThat(mistakes(spec).get("/sites/0")).contains("[scratch]");
  }

  @Test
  void tooManyUnreadableFiles() {
    TinySite a = aggregator.site("a", 19, 0, 0);
    TinySite b = aggregator.site("b", 1, 1, 17);
    a.announce(1, 19, 0, 0);
    b.announce(2, 1, 1, 17);

    assertThat(mistakes(spec(a, b)))
        .containsOnlyKeys("/sites/1")
        .allSatisfy((_, what) -> assertThat(what).contains("2 of the 21 files"));
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

  @Test
  void evaluatorsHaveToHoldTheTestSet() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite empty = aggregator.site("empty", 0, 0, 0);
    ObjectNode spec = spec(a);
    ObjectNode evaluation = at(spec, "evaluation").put("dataset", "castings");
    evaluation.putArray("sites").add("nobody").add(empty.id().value());

    assertThat(mistakes(spec)).containsOnlyKeys("/evaluation/sites/0", "/evaluation/sites/1");

    evaluation.put("dataset", "weldings").putArray("sites").add(a.id().value());
    assertThat(mistakes(spec)).containsOnlyKeys("/evaluation/sites/0");
  }

  private static ObjectNode strategy(ObjectNode spec, String name) {
    return at(spec, "strategy").put("name", name).withObjectProperty("parameters");
  }

  @Test
  void parametersOfAStrategyAreToldByTheirNamesWithAllOtherMistakes() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    ObjectNode spec = spec(a).put("rounds", 0);
    strategy(spec, "FEDADAM")
        .put("learningRate", -1)
        .put("beta1", 1)
        .put("be/ta", 2)
        .put("beta2", "high")
        .putNull("tau");

    Map<String, String> mistakes = mistakes(spec);

    assertThat(mistakes)
        .containsOnlyKeys(
            "/rounds",
            "/strategy/parameters/be~1ta",
            "/strategy/parameters/beta1",
            "/strategy/parameters/beta2",
            "/strategy/parameters/learningRate",
            "/strategy/parameters/tau");
    assertThat(mistakes.get("/strategy/parameters/be~1ta"))
        .contains("has no parameter 'be/ta'", "[beta1, beta2, learningRate, tau]");
    assertThat(mistakes.get("/strategy/parameters/learningRate")).contains("above 0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"BEST", "FEDAVG2"})
  void aStrategyThatCannotRunIsUnknown(String name) {
    TinySite a = aggregator.site("a", 1, 1, 1);
    ObjectNode spec = spec(a);
    strategy(spec, name).put("alpha", 1);

    assertThat(mistakes(spec))
        .containsOnlyKeys("/strategy/name")
        .allSatisfy((_, what) -> assertThat(what).contains("must be one of FEDAVG, FEDPROX"));
  }

  @Test
  void aRobustStrategyNeedsEnoughSitesAndAQuorumOfThem() {
    TinySite[] five =
        Stream.of("a", "b", "c", "d", "e")
            .map(name -> aggregator.site(name, 1, 1, 1))
            .toArray(TinySite[]::new);
    ObjectNode spec = spec(Arrays.copyOf(five, 4));
    strategy(spec, "KRUM");

    assertThat(mistakes(spec)).containsOnlyKeys("/sites");
    assertThat(mistakes(spec).get("/sites"))
        .startsWith("are 4, and KRUM with its parameters needs at least 5");

    spec = spec(five);
    strategy(spec, "KRUM");
    assertThat(mistakes(spec)).isEmpty();

    at(spec, "round").put("quorum", 0.6);
    assertThat(mistakes(spec).get("/round/quorum"))
        .contains("with 3 of 5 sites", "raise it to 1.0");

    strategy(spec, "KRUM").put("outliers", 0);
    assertThat(mistakes(spec)).isEmpty();
  }

  @Test
  void aStrategyThatTheTrainingContradictsIsRefused() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    ObjectNode spec = spec(a);
    strategy(spec, "FEDPROX");

    assertThat(mistakes(spec)).containsOnlyKeys("/training/proximalMu");

    at(spec, "training").put("proximalMu", 0.01).put("momentum", 0.5);
    assertThat(mistakes(spec)).isEmpty();

    strategy(spec, "FEDNOVA").put("siteMomentum", 0.9);
    assertThat(mistakes(spec))
        .containsOnlyKeys("/training/proximalMu", "/strategy/parameters/siteMomentum");

    at(spec, "training").put("proximalMu", 0).put("momentum", 0.9);
    assertThat(mistakes(spec)).isEmpty();
  }

  @Test
  void asynchronousRoundsAndAStrategyForSynchronousOnesExcludeOneAnother() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    ObjectNode spec = spec(a);
    at(spec, "round").putObject("buffer").put("size", 1);

    assertThat(mistakes(spec)).containsOnlyKeys("/round/buffer");
    assertThat(mistakes(spec).get("/round/buffer")).contains("FEDAVG", "choose FEDBUFF");

    strategy(spec, "FEDBUFF");
    assertThat(mistakes(spec)).isEmpty();
  }

  @Test
  void aStrategyAtTheSitesIsRefusedWithTrainingThatContradictsIt() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    ObjectNode spec = spec(a);
    at(spec, "training").put("proximalMu", 0.01).put("batchSize", 1);

    strategy(spec, "SCAFFOLD");
    assertThat(mistakes(spec)).containsOnlyKeys("/training/momentum", "/training/proximalMu");
    strategy(spec, "FEDDYN");
    assertThat(mistakes(spec)).containsOnlyKeys("/training/proximalMu");
    strategy(spec, "FEDDECORR");
    assertThat(mistakes(spec)).containsOnlyKeys("/training/batchSize");
    strategy(spec, "FEDSAM");
    assertThat(mistakes(spec)).isEmpty();

    at(spec, "training").put("proximalMu", 0).put("momentum", 0);
    strategy(spec, "SCAFFOLD");
    assertThat(mistakes(spec)).isEmpty();
  }

  @Test
  void aBufferThatCannotBeIsRefused() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    ObjectNode spec = spec(a, b);
    strategy(spec, "FEDBUFF");
    ObjectNode buffer = at(spec, "round").putObject("buffer").put("size", 3);

    assertThat(mistakes(spec)).containsOnlyKeys("/round/buffer/size");
    assertThat(mistakes(spec).get("/round/buffer/size")).contains("is 3", "choose 2 or less");

    buffer.put("size", 0).put("maxStaleness", -1).put("sise", 2);
    assertThat(mistakes(spec))
        .containsOnlyKeys("/round/buffer/size", "/round/buffer/maxStaleness", "/round/buffer/sise");
  }

  @Test
  void aStrategyOnFeaturesNeedsANetworkThatShowsThem() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    ObjectNode spec = spec(a);
    strategy(spec, "MOON").put("mu", -1).put("temperature", 0.5).put("rho", 1);
    at(spec, "model").put("architecture", "TORCHSCRIPT").put("torchScript", ANY_DIGEST);

    assertThat(mistakes(spec))
        .containsOnlyKeys("/strategy/parameters/mu", "/strategy/parameters/rho");

    strategy(spec, "MOON").put("mu", 5).remove("rho");
    assertThat(mistakes(spec)).containsOnlyKeys("/model/architecture");

    at(spec, "model").put("architecture", "CNN").remove("torchScript");
    assertThat(mistakes(spec)).isEmpty();
  }

  @Test
  void aGeneratorIsTrainedByStrategiesAndStepsThatSuitIt() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    ObjectNode spec = spec(a);
    at(spec, "model").put("architecture", "CLASS_DIFFUSION");
    at(spec, "training").put("momentum", 0).put("learningRate", 0.05);

    for (String name : List.of("SCAFFOLD", "FEDNOVA", "FEDDYN")) {
      strategy(spec, name);
      assertThat(mistakes(spec)).containsOnlyKeys("/strategy/name", "/training/learningRate");
    }
    strategy(spec, "MOON");
    assertThat(mistakes(spec)).containsOnlyKeys("/model/architecture", "/training/learningRate");

    at(spec, "training").put("learningRate", 0.002);
    for (String name : List.of("FEDAVG", "FEDADAM", "MEDIAN", "FEDSAM")) {
      strategy(spec, name);
      assertThat(mistakes(spec)).isEmpty();
    }
  }

  @Test
  void aWeightingThatHasNoEffectIsRefused() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    ObjectNode spec = spec(a);
    at(spec, "strategy").put("name", "MEDIAN").put("weighting", "PRIVATE");

    assertThat(mistakes(spec)).containsOnlyKeys("/strategy/weighting");

    at(spec, "strategy").put("weighting", "ALL");
    assertThat(mistakes(spec)).isEmpty();
  }

  @Test
  void tellsWhatIsWrongWithARound() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    ObjectNode spec = spec(a, b);
    at(spec, "round")
        .put("sitesPerRound", 0)
        .put("overSelection", -0.1)
        .put("replaceAfterSeconds", 0)
        .put("maxFaults", -1)
        .put("trigger", "SOMETIMES");

    assertThat(mistakes(spec))
        .containsOnlyKeys(
            "/round/sitesPerRound",
            "/round/overSelection",
            "/round/replaceAfterSeconds",
            "/round/maxFaults",
            "/round/trigger");

    spec = spec(a, b);
    at(spec, "round")
        .put("sitesPerRound", 1)
        .put("overSelection", 0.5)
        .put("replaceAfterSeconds", 60)
        .put("maxFaults", 3)
        .put("trigger", "MANUAL");
    assertThat(mistakes(spec)).isEmpty();
  }

  @Test
  void aRoundAimsAtNoMoreSitesThanThereAreAndAsksMoreOnlyWhereMoreAre() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    ObjectNode spec = spec(a, b);

    at(spec, "round").put("sitesPerRound", 3);
    assertThat(mistakes(spec)).containsOnlyKeys("/round/sitesPerRound");

    at(spec, "round").put("sitesPerRound", 2).put("overSelection", 0.3);
    assertThat(mistakes(spec)).containsOnlyKeys("/round/overSelection");

    at(spec, "round").remove("sitesPerRound");
    assertThat(mistakes(spec)).containsOnlyKeys("/round/overSelection");
  }

  @Test
  void aStrategyThatNeedsManyUpdatesLooksAtThoseThatARoundAimsAt() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    TinySite c = aggregator.site("c", 1, 1, 1);
    TinySite d = aggregator.site("d", 1, 1, 1);
    ObjectNode spec = spec(a, b, c, d);
    at(spec, "strategy").put("name", "TRIMMED_MEAN");

    at(spec, "round").put("sitesPerRound", 2);
    assertThat(mistakes(spec)).containsOnlyKeys("/round/sitesPerRound");

    at(spec, "round").put("sitesPerRound", 3).put("quorum", 0.6);
    assertThat(mistakes(spec)).containsOnlyKeys("/round/quorum");

    at(spec, "round").put("quorum", 1);
    assertThat(mistakes(spec)).isEmpty();
  }

  @Test
  void asynchronousRoundsNeitherStartOnRequestNorAskSomeOfTheSites() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    ObjectNode spec = spec(a, b);
    strategy(spec, "FEDBUFF");
    at(spec, "round").put("trigger", "MANUAL").put("sitesPerRound", 1);

    assertThat(mistakes(spec)).containsOnlyKeys("/round/trigger", "/round/sitesPerRound");
  }
}
