package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.error.Problem;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.TaskView;
import dev.kumiai.protocol.task.ClaimedTask;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What does not fit is refused before it is kept.
@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
@TestProfile(LimitsTest.Tight.class)
class LimitsTest {

  /// Small limits, and a disk that is as good as full.
  public static class Tight implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "kumiai.uploads.max-bytes", "1000",
          "kumiai.uploads.max-json-bytes", "1000",
          "kumiai.aggregator.reserve", "1000T");
    }
  }

  private final Aggregator aggregator;

  @Inject
  LimitsTest(Aggregator aggregator) {
    this.aggregator = aggregator;
  }

  private static ValidatableResponse upload(byte[] body) {
    String digest = Base64.getEncoder().encodeToString(Digest.of(body).bytes());
    return RestAssured.given()
        .contentType("application/octet-stream")
        .header("Content-Digest", "sha-256=:" + digest + ":")
        .body(body)
        .post("/api/v1/models")
        .then();
  }

  @Test
  void uploadOverTheLimit() {
    upload(new byte[1001])
        .statusCode(413)
        .contentType(Problem.MEDIA_TYPE)
        .body("type", equalTo(Problem.TYPE_PREFIX + "upload-too-large"));
    aggregator.awaitNoTemporaryFiles();
  }

  @Test
  void jsonOverTheLimit() {
    RestAssured.given()
        .contentType("application/json")
        .body("{\"site\": \"" + "a".repeat(1000) + "\"}")
        .post("/api/v1/sites")
        .then()
        .statusCode(413)
        .body("type", equalTo(Problem.TYPE_PREFIX + "body-too-large"));
  }

  @Test
  void fullDisk() {
    upload(new byte[10])
        .statusCode(507)
        .contentType(Problem.MEDIA_TYPE)
        .body("type", equalTo(Problem.TYPE_PREFIX + "storage-full"));
    aggregator.awaitNoTemporaryFiles();
  }

  @Test
  void aFullDiskSuspendsTheRunAndLeavesTheTaskToItsWorker() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.start(new TinySpec(a));
    ClaimedTask task = a.claim(TaskKind.INITIALIZE);

    assertThatThrownBy(() -> a.answer(task)).isInstanceOf(KumiaiException.StorageFull.class);

    RunView suspended = aggregator.view(run);
    assertThat(suspended.phase()).isEqualTo(RunPhase.SUSPENDED);
    assertThat(suspended.reason()).contains("disk is full");
    assertThat(suspended.tasks())
        .singleElement()
        .returns(TaskView.State.CLAIMED, TaskView::state)
        .returns(1, TaskView::attempt);
  }

  @Test
  void aFullDiskIsNotReady() {
    RestAssured.get("/q/health/ready").then().statusCode(503);
    RestAssured.get("/q/health/live").then().statusCode(200);
  }
}
