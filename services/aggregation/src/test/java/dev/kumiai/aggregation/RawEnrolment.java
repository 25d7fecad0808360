package dev.kumiai.aggregation;

import static dev.kumiai.protocol.signature.SignedMessage.SIGNATURE;
import static dev.kumiai.protocol.signature.SignedMessage.SIGNATURE_INPUT;

import dev.kumiai.core.Digest;
import dev.kumiai.protocol.signature.SignedMessage;
import dev.kumiai.protocol.signature.SiteKey;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;

/// Requests that a site signs, made without the product's client, so that a test can bend them.
public final class RawEnrolment {

  private RawEnrolment() {}

  /// Enrols a worker of a site.
  public static ValidatableResponse enrol(String site, String token, SiteKey key) {
    return enrol(site, token, key, key);
  }

  static ValidatableResponse enrol(String site, String token, SiteKey key, SiteKey signer) {
    byte[] body =
        """
        {"site": "%s", "enrolmentToken": "%s", "key": "%s"}
        """
            .formatted(site, token, key.open())
            .getBytes(StandardCharsets.UTF_8);
    return signed(signer, "POST", "/api/v1/sites", body)
        .auth()
        .none()
        .contentType("application/json")
        .body(body)
        .post("/api/v1/sites")
        .then();
  }

  /// The bearer token of one more worker of a site.
  public static String token(String site, SiteKey key) {
    return enrol(site, TemporaryAggregator.ENROLMENT_TOKEN, key)
        .statusCode(201)
        .extract()
        .path("siteToken");
  }

  /// A request that is signed as if it had that method, path and body.
  static RequestSpecification signed(SiteKey key, String method, String path, byte[] body) {
    return signed(key, method, path, digest(body));
  }

  static RequestSpecification signed(SiteKey key, String method, String path, String digest) {
    Map<String, String> headers = key.sign(new SignedMessage(method, path, digest), Instant.now());
    return RestAssured.given()
        .header("Content-Digest", digest)
        .header(SIGNATURE_INPUT, headers.get(SIGNATURE_INPUT))
        .header(SIGNATURE, headers.get(SIGNATURE));
  }

  static String digest(byte[] body) {
    return "sha-256=:" + Base64.getEncoder().encodeToString(Digest.of(body).bytes()) + ":";
  }
}
