package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.kumiai.protocol.error.Problem;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A caller gets no more of the aggregator than its share.
@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
@TestProfile(CallerLimitsTest.Tight.class)
class CallerLimitsTest {

  /// Small shares. One failure fills an hour.
  public static class Tight implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "kumiai.limits.requests-per-second", "10",
          "kumiai.limits.failures-per-minute", "30",
          "kumiai.limits.slowest-body", "1K",
          "kumiai.limits.patience", "0.2S");
    }
  }

  private static Response untilTooMany(Supplier<Response> ask) {
    Response answer = ask.get();
    for (int i = 0; i < 2_000 && answer.statusCode() != 429; i++) {
      answer = ask.get();
    }
    return answer;
  }

  @Test
  void whoAsksTooOftenIsToldWhenToComeAgain() {
    Response answer = untilTooMany(() -> RestAssured.get("/api/v1/runs"));

    answer
        .then()
        .statusCode(429)
        .contentType(Problem.MEDIA_TYPE)
        .header("Retry-After", equalTo("1"))
        .body("type", equalTo(Problem.TYPE_PREFIX + "too-many-requests"));
  }

  @Test
  void whoTriesOneKeyAfterTheOtherIsStopped() {
    int[] refused = new int[1];

    Response answer =
        untilTooMany(
            () -> {
              refused[0]++;
              return RestAssured.given().auth().oauth2("guess-" + refused[0]).get("/api/v1/runs");
            });

    answer.then().statusCode(429);
    assertThat(refused[0]).isBetween(30, 60);
  }

  /// A byte now and then would otherwise hold a thread for hours.
  @ParameterizedTest
  @CsvSource({"/api/v1/models, application/octet-stream", "/api/v1/sites, application/json"})
  void aBodyThatTricklesIsCutOff(String path, String type) {
    // The other tests may have used up the caller's share.
    String answer =
        Aggregator.await(() -> trickled(path, type), text -> !text.startsWith("HTTP/1.1 429"));

    assertThat(answer).startsWith("HTTP/1.1 408").contains("body-too-slow");
  }

  private static String trickled(String path, String type) {
    try (Socket socket = new Socket("localhost", RestAssured.port);
        OutputStream out = socket.getOutputStream()) {
      socket.setSoTimeout(20_000);
      String head =
          """
          POST %s HTTP/1.1\r
          Host: localhost\r
          Connection: close\r
          Authorization: Bearer %s\r
          Content-Type: %s\r
          Content-Digest: sha-256=:%s=:\r
          Content-Length: 1000000\r
          \r
          """
              .formatted(path, TemporaryAggregator.API_KEY, type, "A".repeat(43));
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      Thread trickle = Thread.startVirtualThread(() -> trickle(out));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      trickle.interrupt();
      return answer;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void trickle(OutputStream out) {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        out.write(' ');
        out.flush();
        LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
      }
    } catch (SocketException e) {
      // It was cut off, as it should be.
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
