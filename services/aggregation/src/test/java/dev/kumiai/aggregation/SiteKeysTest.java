package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.client.SiteClient;
import dev.kumiai.protocol.error.Problem;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.TaskView;
import dev.kumiai.protocol.signature.SiteKey;
import dev.kumiai.protocol.site.InvitationRequest;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.protocol.task.TaskSpec;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A site is who has its key; a result counts when the site signed it.
@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class SiteKeysTest {

  private static final AtomicInteger NAMES = new AtomicInteger();

  private final Aggregator aggregator;
  private final MovableClock clock;
  private final EntityManager database;

  @Inject
  SiteKeysTest(Aggregator aggregator, MovableClock clock, EntityManager database) {
    this.aggregator = aggregator;
    this.clock = clock;
    this.database = database;
  }

  @AfterEach
  void endWhatIsLeft() {
    aggregator.close();
  }

  private static String fresh() {
    return "keyed-" + NAMES.incrementAndGet();
  }

  private static ValidatableResponse withTokenForAll(String site, SiteKey key) {
    return RawEnrolment.enrol(site, TemporaryAggregator.ENROLMENT_TOKEN, key);
  }

  private static void assertRefused(ValidatableResponse response, int status, String code) {
    response.statusCode(status).body("type", equalTo(Problem.TYPE_PREFIX + code));
  }

  private String invite(String site) {
    return aggregator
        .client()
        .invite(new InvitationRequest(new dev.kumiai.core.SiteId(site), 1))
        .enrolmentToken();
  }

  @Test
  void whoKnowsTheTokenForAllCannotBecomeASiteThatIsThere() {
    String site = fresh();
    withTokenForAll(site, SiteKey.make()).statusCode(201);

    assertRefused(withTokenForAll(site, SiteKey.make()), 403, "invitation-needed");
  }

  @Test
  void whoOnlyKnowsTheSitesPublicKeyCannotBecomeItEither() {
    String site = fresh();
    SiteKey key = SiteKey.make();
    withTokenForAll(site, key).statusCode(201);

    assertRefused(
        RawEnrolment.enrol(site, TemporaryAggregator.ENROLMENT_TOKEN, key, SiteKey.make()),
        403,
        "signature-wrong");
  }

  @Test
  void twoSitesHaveTwoKeys() {
    SiteKey key = SiteKey.make();
    withTokenForAll(fresh(), key).statusCode(201);

    assertRefused(withTokenForAll(fresh(), key), 403, "site-key-of-another");
  }

  @Test
  void anInvitationLetsOneKeyOfOneSiteInAndThatOneAgain() {
    String site = fresh();
    SiteKey key = SiteKey.make();
    withTokenForAll(site, SiteKey.make()).statusCode(201);
    String token = invite(site);

    assertRefused(RawEnrolment.enrol(fresh(), token, key), 403, "invitation-for-another");
    RawEnrolment.enrol(site, token, key).statusCode(201);
    RawEnrolment.enrol(site, token, key).statusCode(201);
    assertRefused(RawEnrolment.enrol(site, token, SiteKey.make()), 403, "invitation-used");
    RestAssured.get("/api/v1/sites/" + site + "/keys").then().body("id", hasSize(2));
  }

  @Test
  void anInvitationExpires() {
    String site = fresh();
    String token = invite(site);
    clock.pass(Duration.ofHours(1));

    assertRefused(RawEnrolment.enrol(site, token, SiteKey.make()), 401, "invitation-expired");
  }

  @Test
  void theSignatureOfAResultIsKeptWithItsTask() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    aggregator.startInitialized(new TinySpec(a), a);
    ClaimedTask task = a.workOnce(TaskKind.TRAIN);

    Object[] row =
        QuarkusTransaction.requiringNew()
            .call(
                () ->
                    (Object[])
                        database
                            .createNativeQuery(
                                "select key_id, signature_input, signature from task where id = :id")
                            .setParameter("id", task.task().value())
                            .getSingleResult());

    assertThat(row[0]).isEqualTo(a.key().open().id());
    assertThat(String.valueOf(row[1])).contains("\"content-digest\"");
    assertThat(String.valueOf(row[2])).startsWith("site=:");
  }

  /// What another site, attempt or file was signed for is worth nothing here.
  @Test
  void aResultThatTheSiteDidNotSignDoesNotCount() throws IOException {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    aggregator.startInitialized(new TinySpec(a), a);
    ClaimedTask task = a.claim(TaskKind.TRAIN);
    byte[] update = Files.readAllBytes(a.update((TaskSpec.Train) task.spec()));
    String path = "/api/v1/tasks/%s/attempts/%d/weights".formatted(task.task(), task.attempt());
    String token = a.token();

    assertRefused(
        put(
            RestAssured.given().header("Content-Digest", RawEnrolment.digest(update)),
            token,
            path,
            update),
        403,
        "signature-missing");
    assertRefused(
        put(RawEnrolment.signed(b.key(), "PUT", path, update), token, path, update),
        403,
        "site-key-unknown");
    String other = path.replace("attempts/1", "attempts/2");
    assertRefused(
        put(RawEnrolment.signed(a.key(), "PUT", other, update), token, path, update),
        403,
        "signature-wrong");
    byte[] changed = update.clone();
    changed[changed.length - 1] ^= 1;
    assertRefused(
        put(RawEnrolment.signed(a.key(), "PUT", path, update), token, path, changed),
        400,
        "content-digest-mismatch");
    put(RawEnrolment.signed(a.key(), "PUT", path, update), token, path, update).statusCode(201);
  }

  private static ValidatableResponse put(
      RequestSpecification request, String token, String path, byte[] body) {
    return request
        .auth()
        .oauth2(token)
        .contentType("application/octet-stream")
        .body(body)
        .put(path)
        .then();
  }

  @Test
  void aRevokedSiteIsOutAtOnceAndItsTasksFailAsAnyOther() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a, b), a);
    ClaimedTask running = a.claim(TaskKind.TRAIN);

    aggregator.client().revoke(a.id());

    assertUnauthenticated(a.client(), running);
    assertThat(aggregator.awaitEnd(run))
        .returns(RunPhase.FAILED, view -> view.phase())
        .extracting(view -> String.valueOf(view.reason()))
        .asString()
        .contains("site-revoked");
    assertThat(aggregator.task(run, 1, TaskKind.TRAIN, a).state()).isEqualTo(TaskView.State.FAILED);
    assertRefused(withTokenForAll(a.id().value(), a.key()), 403, "site-key-revoked");
    assertRefused(withTokenForAll(a.id().value(), SiteKey.make()), 403, "invitation-needed");
    RawEnrolment.enrol(a.id().value(), invite(a.id().value()), SiteKey.make()).statusCode(201);
  }

  private static void assertUnauthenticated(SiteClient client, ClaimedTask task) {
    assertThatThrownBy(
            () ->
                client.report(
                    task, new dev.kumiai.protocol.task.TaskReport.Evaluated(1, 0, List.of())))
        .isInstanceOf(KumiaiException.Unauthenticated.class);
  }

  @Test
  void oneOfTwoKeysIsTakenBackAndTheOtherWorksOn() {
    String site = fresh();
    SiteKey lost = SiteKey.make();
    SiteKey kept = SiteKey.make();
    String lostToken = RawEnrolment.token(site, lost);
    String keptToken =
        RawEnrolment.enrol(site, invite(site), kept).statusCode(201).extract().path("siteToken");

    aggregator.client().revoke(new dev.kumiai.core.SiteId(site), lost.open().id());

    claim(lostToken).statusCode(401);
    claim(keptToken).statusCode(204);
  }

  private static ValidatableResponse claim(String token) {
    return RestAssured.given()
        .auth()
        .oauth2(token)
        .contentType("application/json")
        .body("{\"kinds\": [\"TRAIN\"], \"waitSeconds\": 0}")
        .post("/api/v1/tasks/claim")
        .then();
  }
}
