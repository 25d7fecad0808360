package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.kumiai.protocol.error.Problem;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Users show keys that administrators gave them.
@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class ApiKeyTest {

  private static final AtomicInteger NAMES = new AtomicInteger();

  private final MovableClock clock;

  @Inject
  ApiKeyTest(MovableClock clock) {
    this.clock = clock;
  }

  private static String fresh() {
    return "key-" + NAMES.incrementAndGet();
  }

  private static ValidatableResponse create(String name, String role, @Nullable String expires) {
    Map<String, String> body = new HashMap<>(Map.of("name", name, "role", role));
    if (expires != null) {
      body.put("expires", expires);
    }
    return RestAssured.given().contentType(ContentType.JSON).body(body).post("/api/v1/keys").then();
  }

  private static String key(String name, String role) {
    return create(name, role, null).statusCode(201).extract().path("apiKey");
  }

  private static RequestSpecification as(String key) {
    return RestAssured.given().auth().oauth2(key);
  }

  @Test
  void aKeyIsToldOnceAndWorksAtOnce() {
    String name = fresh();

    String key = key(name, "VIEWER");

    assertThat(key).matches("kumiai_[A-Za-z0-9_-]{43}");
    as(key).get("/api/v1/runs").then().statusCode(200);
    RestAssured.get("/api/v1/keys")
        .then()
        .statusCode(200)
        .body("name", hasItem(name))
        .body("find { it.name == '%s' }.createdBy".formatted(name), equalTo("configured"))
        .body("find { it.name == '%s' }.revoked".formatted(name), nullValue())
        .body(not(containsString(key)));
  }

  @Test
  void whatAKeyMayNotDoIsToldWithTheRoleThatIsNeeded() {
    String name = fresh();

    as(key(name, "VIEWER"))
        .contentType(ContentType.JSON)
        .body("{}")
        .post("/api/v1/runs")
        .then()
        .statusCode(403)
        .contentType(Problem.MEDIA_TYPE)
        .body("type", equalTo(Problem.TYPE_PREFIX + "role-insufficient"))
        .body(
            "detail",
            equalTo("user '%s' may not do this: it takes the role operator".formatted(name)));
  }

  @Test
  void withoutACredentialTheAnswerSaysWhereToGetOne() {
    RestAssured.given()
        .auth()
        .none()
        .get("/api/v1/runs")
        .then()
        .statusCode(401)
        .contentType(Problem.MEDIA_TYPE)
        .header("WWW-Authenticate", "Bearer")
        .body("type", equalTo(Problem.TYPE_PREFIX + "credential-missing"))
        .body("detail", containsString("KUMIAI_API_KEY"));
  }

  @Test
  void aRevokedKeyIsRefusedAtOnceAndForEver() {
    String name = fresh();
    String key = key(name, "ADMIN");

    as(key).delete("/api/v1/keys/" + name).then().statusCode(200);

    as(key)
        .get("/api/v1/runs")
        .then()
        .statusCode(401)
        .body("type", equalTo(Problem.TYPE_PREFIX + "api-key-revoked"))
        .body(not(containsString(key)));
    String revoked = revokedSince(name);
    clock.pass(Duration.ofSeconds(1));
    RestAssured.delete("/api/v1/keys/" + name).then().statusCode(200);
    assertThat(revokedSince(name)).isEqualTo(revoked).isNotNull();
    create(name, "VIEWER", null)
        .statusCode(409)
        .body("type", equalTo(Problem.TYPE_PREFIX + "api-key-exists"));
  }

  private static String revokedSince(String name) {
    return RestAssured.get("/api/v1/keys").path("find { it.name == '%s' }.revoked".formatted(name));
  }

  @Test
  void aKeyStopsWorkingWhenItsTimeIsOver() {
    String expires = clock.instant().plusSeconds(60).toString();
    String key = create(fresh(), "VIEWER", expires).statusCode(201).extract().path("apiKey");
    as(key).get("/api/v1/runs").then().statusCode(200);

    clock.pass(Duration.ofSeconds(60));

    as(key)
        .get("/api/v1/runs")
        .then()
        .statusCode(401)
        .body("type", equalTo(Problem.TYPE_PREFIX + "api-key-expired"));
  }

  @Test
  void aKeyOfNobodyIsRefused() {
    as("kumiai_" + "A".repeat(43))
        .get("/api/v1/runs")
        .then()
        .statusCode(401)
        .body("type", equalTo(Problem.TYPE_PREFIX + "api-key-unknown"));
  }

  @Test
  void aKeyThatMakesNoSenseIsRefused() {
    create("No Name", "VIEWER", null).statusCode(400).body("violations.where", hasItem("/name"));
    create(fresh(), "KING", null).statusCode(400).body("violations.where", hasItem("/role"));
    create(fresh(), "VIEWER", clock.instant().minusSeconds(1).toString())
        .statusCode(400)
        .body("type", equalTo(Problem.TYPE_PREFIX + "api-key-expiry-past"));
    create("configured", "VIEWER", null).statusCode(409);
    RestAssured.delete("/api/v1/keys/no-such-key").then().statusCode(404);
  }
}
