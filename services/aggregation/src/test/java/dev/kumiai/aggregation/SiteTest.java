package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.error.Problem;
import dev.kumiai.protocol.signature.SiteKey;
import dev.kumiai.protocol.site.SiteView;
import dev.kumiai.protocol.task.ClaimedTask;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.hibernate.Session;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Who may join, who may speak for whom.
@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class SiteTest {

  private static final String CLAIM = "{\"kinds\": [\"TRAIN\"], \"waitSeconds\": 0}";
  private static final String COUNTS =
      "{\"dataset\": \"d\", \"perClass\": {\"pit\": 1}, \"unreadable\": 0}";
  private static final String HEARTBEAT = "{\"fraction\": 0.5, \"stage\": \"x\"}";
  private static final String PROBLEM =
      "{\"type\": \"x\", \"title\": \"x\", \"status\": 500, \"detail\": \"x\"}";
  private static final String REPORT =
      "{\"kind\": \"EVALUATE\", \"examples\": 1, \"loss\": 1, \"perClass\": []}";

  private final Aggregator aggregator;
  private final EntityManager database;

  @Inject
  SiteTest(Aggregator aggregator, EntityManager database) {
    this.aggregator = aggregator;
    this.database = database;
  }

  @AfterEach
  void endWhatIsLeft() {
    aggregator.close();
  }

  private static RequestSpecification json(String body) {
    return RestAssured.given().contentType("application/json").body(body);
  }

  @Test
  void refusesAWrongEnrolmentToken() {
    RawEnrolment.enrol("intruder", "guess", SiteKey.make())
        .statusCode(401)
        .header("WWW-Authenticate", "Bearer")
        .body("type", equalTo(Problem.TYPE_PREFIX + "enrolment-token-wrong"))
        .body(not(containsString("guess")));

    RestAssured.get("/api/v1/sites/intruder")
        .then()
        .statusCode(404)
        .body("type", equalTo(Problem.TYPE_PREFIX + "site-unknown"));
  }

  @Test
  void everyWorkerOfASiteGetsATokenOfItsOwnOfWhichOnlyTheHashIsKept() {
    TinySite a = aggregator.site("a", 1, 1, 1);

    String one = a.token();
    String other = a.token();

    assertThat(one).isNotEqualTo(other).hasSizeGreaterThanOrEqualTo(43);
    assertThat(everythingInTheDatabase()).doesNotContain(one).doesNotContain(other);
    claim(one).then().statusCode(204);
    claim(other).then().statusCode(204);
  }

  private String everythingInTheDatabase() {
    return QuarkusTransaction.requiringNew()
        .call(() -> database.unwrap(Session.class).doReturningWork(SiteTest::everythingIn));
  }

  private static String everythingIn(Connection connection) throws SQLException {
    List<String> values = new ArrayList<>();
    try (ResultSet tables = connection.getMetaData().getTables(null, null, "%", null)) {
      while (tables.next()) {
        if (tables.getString("TABLE_SCHEM").equalsIgnoreCase("public")
            && tables.getString("TABLE_TYPE").endsWith("TABLE")) {
          addRows(connection, tables.getString("TABLE_NAME"), values);
        }
      }
    }
    assertThat(values).isNotEmpty();
    return String.join("\n", values);
  }

  private static void addRows(Connection connection, String table, List<String> values)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select * from \"" + table + "\"")) {
      while (rows.next()) {
        for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
          values.add(String.valueOf(rows.getObject(column)));
        }
      }
    }
  }

  private static io.restassured.response.Response claim(String token) {
    return json(CLAIM).auth().oauth2(token).post("/api/v1/tasks/claim");
  }

  static Stream<Arguments> siteEndpoints() {
    String attempt = "/api/v1/tasks/%s/attempts/1/";
    return Stream.of(
        Arguments.of("PUT", "/api/v1/sites/%2$s/datasets/d", "application/json", COUNTS),
        Arguments.of("POST", "/api/v1/tasks/claim", "application/json", CLAIM),
        Arguments.of("POST", attempt + "heartbeat", "application/json", HEARTBEAT),
        Arguments.of("PUT", attempt + "weights", "application/octet-stream", "w"),
        Arguments.of("POST", attempt + "report", "application/json", REPORT),
        Arguments.of("POST", attempt + "failure", "application/json", PROBLEM));
  }

  @ParameterizedTest
  @MethodSource("siteEndpoints")
  void siteEndpointsAskForASiteToken(String method, String path, String type, String body) {
    String url = path.formatted("00000000-0000-0000-0000-000000000000", "a");
    RequestSpecification request =
        RestAssured.given().contentType(type).body(body.getBytes(StandardCharsets.UTF_8));

    request
        .auth()
        .none()
        .request(method, url)
        .then()
        .statusCode(401)
        .body("type", equalTo(Problem.TYPE_PREFIX + "site-token-missing"));
    request
        .auth()
        .oauth2("made-up")
        .request(method, url)
        .then()
        .statusCode(401)
        .body("type", equalTo(Problem.TYPE_PREFIX + "site-token-unknown"));
  }

  @ParameterizedTest
  @MethodSource("siteEndpoints")
  void aSiteCannotSpeakForAnother(String method, String path, String type, String body) {
    TinySite owner = aggregator.site("owner", 1, 1, 1);
    TinySite other = aggregator.site("other", 1, 1, 1);
    aggregator.startInitialized(new TinySpec(owner), owner);
    ClaimedTask task = owner.claim(TaskKind.TRAIN);
    int refused = path.endsWith("claim") ? 204 : 403;

    RestAssured.given()
        .contentType(type)
        .header("Content-Digest", "sha-256=:" + "A".repeat(43) + "=:")
        .auth()
        .oauth2(other.token())
        .body(body.getBytes(StandardCharsets.UTF_8))
        .request(method, path.formatted(task.task(), owner.id()))
        .then()
        .statusCode(refused);
  }

  @Test
  void unknownTask() {
    TinySite a = aggregator.site("a", 1, 1, 1);

    json(HEARTBEAT)
        .auth()
        .oauth2(a.token())
        .post("/api/v1/tasks/00000000-0000-0000-0000-000000000000/attempts/1/heartbeat")
        .then()
        .statusCode(404)
        .body("type", equalTo(Problem.TYPE_PREFIX + "task-unknown"));
  }

  @Test
  void workersOfOneSiteMayEnrolAndAnnounceAtTheSameMoment() throws Exception {
    SiteKey key = SiteKey.make();
    List<Callable<Integer>> workers =
        Collections.nCopies(
            16,
            () -> {
              String token = RawEnrolment.token("crowded", key);
              return json(COUNTS)
                  .auth()
                  .oauth2(token)
                  .put("/api/v1/sites/crowded/datasets/d")
                  .statusCode();
            });

    try (ExecutorService threads = Executors.newFixedThreadPool(workers.size())) {
      for (Future<Integer> status : threads.invokeAll(workers)) {
        assertThat(status.get()).isEqualTo(204);
      }
    }
  }

  @Test
  void showsWhatASiteHoldsAndWhenItWasSeen() {
    TinySite a = aggregator.site("a", 3, 0, 4);
    SiteView before = aggregator.client().site(a.id());
    aggregator.pass(Duration.ofMinutes(1));

    assertThat(a.tryClaim(Duration.ZERO, TaskKind.TRAIN)).isEmpty();

    SiteView after = aggregator.client().site(a.id());
    assertThat(after.datasets()).singleElement().returns(7, counts -> counts.total());
    assertThat(after.enrolled()).isEqualTo(before.enrolled());
    assertThat(after.lastSeen()).isAfterOrEqualTo(before.lastSeen().plusSeconds(60));
    assertThat(aggregator.client().sites()).extracting(SiteView::site).contains(a.id());
  }

  @Test
  void newCountsReplaceTheOldOnes() {
    TinySite a = aggregator.site("a", 3, 0, 4);

    json("{\"dataset\": \"castings\", \"perClass\": {\"pit\": 9}, \"unreadable\": 2}")
        .auth()
        .oauth2(a.token())
        .put("/api/v1/sites/" + a.id() + "/datasets/castings")
        .then()
        .statusCode(204);

    assertThat(aggregator.client().site(a.id()).datasets())
        .singleElement()
        .returns(9, counts -> counts.total())
        .returns(2, counts -> counts.unreadable());
  }

  @Test
  void refusesCountsThatMakeNoSense() {
    TinySite a = aggregator.site("a", 1, 1, 1);

    json("{\"dataset\": \"../b\", \"perClass\": {\"a/b\": -1}, \"unreadable\": -2}")
        .auth()
        .oauth2(a.token())
        .put("/api/v1/sites/" + a.id() + "/datasets/x")
        .then()
        .statusCode(400)
        .body("type", equalTo(Problem.TYPE_PREFIX + "request-invalid"))
        .body("violations.where", hasItem("/dataset"))
        .body("violations.where", hasItem("/perClass/a~1b"))
        .body("violations.where", hasItem("/unreadable"));
  }

  @Test
  void refusesCountsUnderAnotherName() {
    TinySite a = aggregator.site("a", 1, 1, 1);

    json(COUNTS)
        .auth()
        .oauth2(a.token())
        .put("/api/v1/sites/" + a.id() + "/datasets/other")
        .then()
        .statusCode(400)
        .body("type", equalTo(Problem.TYPE_PREFIX + "dataset-name-differs"));
  }
}
