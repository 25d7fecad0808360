package dev.kumiai.aggregation;

import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasEntry;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;

import dev.kumiai.core.RunId;
import dev.kumiai.protocol.error.Problem;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.util.Map;
import org.hamcrest.Matcher;
import org.junit.jupiter.api.Test;

/// Whatever goes wrong, the answer is problem+json that says what, where and what to do.
@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class ProblemTest {

  private final EntityManager database;

  @Inject
  ProblemTest(EntityManager database) {
    this.database = database;
  }

  private static RequestSpecification json(String body) {
    return RestAssured.given().contentType("application/json").body(body);
  }

  private static void assertProblem(ValidatableResponse response, int status, String code) {
    response
        .statusCode(status)
        .contentType(Problem.MEDIA_TYPE)
        .body("type", equalTo(Problem.TYPE_PREFIX + code))
        .body("status", equalTo(status))
        .body("title", notNullValue())
        .body("detail", notNullValue());
  }

  private static Matcher<Iterable<? super Map<String, String>>> violation(
      String where, String what) {
    return hasItem(allOf(hasEntry("where", where), WhatMatcher.whatContains(what)));
  }

  @Test
  void unknownPath() {
    assertProblem(RestAssured.get("/api/v1/nothing").then(), 404, "not-found");
  }

  @Test
  void unknownPathOutsideTheApi() {
    assertProblem(RestAssured.get("/nothing").then(), 404, "not-found");
  }

  @Test
  void unknownMethod() {
    assertProblem(RestAssured.delete("/api/v1/runs").then(), 405, "method-not-allowed");
  }

  @Test
  void unknownBodyType() {
    ValidatableResponse response =
        RestAssured.given().contentType("text/csv").body("a,b").post("/api/v1/runs").then();

    assertProblem(response, 415, "unsupported-media-type");
  }

  @Test
  void answerInATypeNobodyMakes() {
    assertProblem(
        RestAssured.given().accept("text/csv").get("/api/v1/runs").then(), 406, "not-acceptable");
  }

  @Test
  void unknownRun() {
    assertProblem(
        RestAssured.get("/api/v1/runs/00000000-0000-0000-0000-000000000000").then(),
        404,
        "run-unknown");
  }

  @Test
  void malformedId() {
    assertProblem(RestAssured.get("/api/v1/runs/first").then(), 400, "run-id-malformed");
    assertProblem(RestAssured.get("/api/v1/models/md5:1").then(), 400, "digest-malformed");
    assertProblem(RestAssured.get("/api/v1/sites/No%20Site").then(), 400, "site-id-malformed");
  }

  @Test
  void bodyThatIsNotJson() {
    ValidatableResponse response = json("{\"name\": ").post("/api/v1/runs").then();

    assertProblem(response, 400, "json-malformed");
    response.body("detail", containsString("line 1"));
  }

  @Test
  void emptyBody() {
    assertProblem(json("").post("/api/v1/sites").then(), 400, "json-malformed");
  }

  @Test
  void fieldGivenTwice() {
    assertProblem(
        json("{\"site\": \"a\", \"site\": \"b\"}").post("/api/v1/sites").then(),
        400,
        "json-malformed");
  }

  @Test
  void everyUnknownFieldIsNamedWithTheOneThatWasMeant() {
    ValidatableResponse response =
        json("""
                {"name": "x", "siets": ["a"], "data": {"dataset": "d", "image_size": 32},
                 "training": {"epoch": 3, "zzz": 1}}
                """)
            .post("/api/v1/runs")
            .then();

    assertProblem(response, 400, "run-spec-invalid");
    response
        .body("violations", violation("/siets", "did you mean 'sites'?"))
        .body("violations", violation("/data/image_size", "did you mean 'imageSize'?"))
        .body("violations", violation("/training/epoch", "did you mean 'epochs'?"))
        .body("violations", violation("/training/zzz", "known are batchSize, "))
        .body("violations", violation("/data/classes", ""))
        .body("violations", violation("/model", "is missing"));
  }

  @Test
  void everyWrongTypeIsNamed() {
    ValidatableResponse response =
        json("""
                {"name": ["x"], "rounds": "many", "sites": ["a", "NOT A SITE", 7],
                 "model": {"architecture": "VGG", "initial": "md5:0"},
                 "training": {"learningRate": true, "classBalanced": "maybe"},
                 "evaluation": 5}
                """)
            .post("/api/v1/runs")
            .then();

    assertProblem(response, 400, "run-spec-invalid");
    response
        .body("violations", violation("/name", "must be a text"))
        .body("violations", violation("/rounds", "must be a whole number"))
        .body("violations", violation("/sites/1", "a site id is up to 63"))
        .body("violations", violation("/model/architecture", "must be one of MLP, CNN"))
        .body("violations", violation("/model/initial", "a digest starts with 'sha256:'"))
        .body("violations", violation("/training/learningRate", "must be a number"))
        .body("violations", violation("/training/classBalanced", "must be true or false"))
        .body("violations", violation("/evaluation", "must be an object"));
  }

  /// Nobody but a bug writes a run that cannot be read.
  @Test
  void bugStaysABugAndKeepsItsDetailsToTheLog() {
    RunId run = RunId.random();
    change(
        """
        insert into run (id, created, spec, state, round, since, finished)
        values ('%s', current_timestamp, 'secret-detail', 'CANCELLED', 0, current_timestamp,
          current_timestamp)
        """
            .formatted(run));
    try {
      ValidatableResponse response = RestAssured.get("/api/v1/runs/" + run).then();

      assertProblem(response, 500, "internal-error");
      response
          .body(not(containsString("secret-detail")))
          .body(not(containsString("Exception")))
          .body(not(containsString("at dev.kumiai")));
    } finally {
      change("delete from run where id = '%s'".formatted(run));
    }
  }

  private void change(String sql) {
    QuarkusTransaction.requiringNew().run(() -> database.createNativeQuery(sql).executeUpdate());
  }
}
