package dev.kumiai.aggregation;

import static dev.kumiai.aggregation.RawSpec.ANY_DIGEST;
import static dev.kumiai.aggregation.RawSpec.at;
import static dev.kumiai.aggregation.RawSpec.mistakes;
import static dev.kumiai.aggregation.RawSpec.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Specs that contradict themselves, or what is there. Every mistake is told, with its place.
@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class RunSpecTest {

  private final Aggregator aggregator;
  private final ChosenJobs jobs;

  @Inject
  RunSpecTest(Aggregator aggregator, ChosenJobs jobs) {
    this.aggregator = aggregator;
    this.jobs = jobs;
  }

  @AfterEach
  void endWhatIsLeft() {
    jobs.launch(false);
    aggregator.close();
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

  @Test
  void jobsNeedSomebodyWhoLaunchesThem() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    ObjectNode spec = spec(a).put("executor", "JOBS");

    assertThat(mistakes(spec))
        .containsExactly(
            entry(
                "/executor",
                "is JOBS, and this aggregator launches no Jobs: set kumiai.kubernetes.enabled where it runs in a cluster, or choose AGENTS"));

    jobs.launch(true);
    assertThat(mistakes(spec)).isEmpty();
    assertThat(mistakes(spec(a).put("executor", "SOMEBODY"))).containsOnlyKeys("/executor");
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
}
