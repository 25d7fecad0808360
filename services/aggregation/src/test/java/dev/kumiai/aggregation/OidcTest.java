package dev.kumiai.aggregation;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.kumiai.protocol.error.Problem;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Users of an OpenID Connect issuer, beside those with API keys.
@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
@QuarkusTestResource(value = WithIssuer.class, restrictToAnnotatedClass = true)
class OidcTest {

  @SuppressWarnings("NullAway.Init") // injected
  Issuer issuer;

  private String token(String user, String group) {
    return issuer.token(user, "kumiai", soon(), List.of(group, "something-else"));
  }

  private static Instant soon() {
    return Instant.now().plusSeconds(300);
  }

  private static RequestSpecification as(String token) {
    return RestAssured.given().auth().oauth2(token);
  }

  private static void assertRefused(String token) {
    ValidatableResponse response = as(token).get("/api/v1/runs").then();
    response
        .statusCode(401)
        .contentType(Problem.MEDIA_TYPE)
        .header("WWW-Authenticate", "Bearer")
        .body("type", equalTo(Problem.TYPE_PREFIX + "access-token-invalid"))
        .body(not(containsString(token)));
  }

  @Test
  void aTokensRoleCountsAsThatOfAKey() {
    String viewer = token("vera", "plant-watchers");

    as(viewer).get("/api/v1/runs").then().statusCode(200);
    as(viewer)
        .contentType(ContentType.JSON)
        .body("{}")
        .post("/api/v1/runs")
        .then()
        .statusCode(403)
        .body("detail", equalTo("user 'oidc:vera' may not do this: it takes the role operator"));
    as(token("ada", "plant-admins"))
        .contentType(ContentType.JSON)
        .body(Map.of("name", "made-by-ada", "role", "VIEWER"))
        .post("/api/v1/keys")
        .then()
        .statusCode(201)
        .body("view.createdBy", equalTo("oidc:ada"));
  }

  @Test
  void aTokenWithoutAKnownRoleMayNothing() {
    as(token("norma", "accountants")).get("/api/v1/runs").then().statusCode(403);
  }

  /// Only enrolment makes a site.
  @Test
  void aTokenThatCallsItselfASiteIsNone() {
    as(token("sly", "site"))
        .contentType(ContentType.JSON)
        .body("{\"kinds\": [\"TRAIN\"], \"waitSeconds\": 0}")
        .post("/api/v1/tasks/claim")
        .then()
        .statusCode(403);
  }

  @Test
  void aTokenForAnotherAudienceIsRefused() {
    assertRefused(issuer.token("ada", "payroll", soon(), List.of("plant-admins")));
  }

  @Test
  void anExpiredTokenIsRefused() {
    assertRefused(
        issuer.token("ada", "kumiai", Instant.now().minusSeconds(60), List.of("plant-admins")));
  }

  @Test
  void aTokenOfAnotherIssuerIsRefused() {
    String foreign =
        issuer
            .claims("ada", "kumiai", soon(), List.of("plant-admins"))
            .replace(issuer.address().toString(), "https://issuer.example");

    assertRefused(Issuer.sign(issuer.key(), foreign));
  }

  @Test
  void aTokenSignedWithAnotherKeyOfThatNameIsRefused() {
    Issuer.Key forged = new Issuer.Key(issuer.key().id(), Issuer.Key.make().pair());

    assertRefused(
        Issuer.sign(forged, issuer.claims("ada", "kumiai", soon(), List.of("plant-admins"))));
  }

  @Test
  void aTokenThatNobodySignedIsRefused() {
    assertRefused(
        Issuer.unsigned(
            issuer.key(), issuer.claims("ada", "kumiai", soon(), List.of("plant-admins"))));
  }

  @Test
  void afterARotationTheNewKeyCountsAndTheOldOneNoMore() {
    String before = token("vera", "plant-watchers");
    as(before).get("/api/v1/runs").then().statusCode(200);

    issuer.rotate();

    as(token("vera", "plant-watchers")).get("/api/v1/runs").then().statusCode(200);
    assertRefused(before);
  }

  @Test
  void keysAndSitesGoOnWorking() {
    RestAssured.get("/api/v1/runs").then().statusCode(200);
    as("kumiai_unknown").get("/api/v1/runs").then().statusCode(401);
    as("no-site-token")
        .get("/api/v1/runs")
        .then()
        .statusCode(401)
        .body("type", equalTo(Problem.TYPE_PREFIX + "site-token-unknown"));
    RestAssured.given().auth().none().get("/q/health/live").then().statusCode(200);
  }
}
