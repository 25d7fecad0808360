package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The packaged aggregator asks an issuer over HTTP who a user is; what else it makes of tokens is
/// [OidcTest]'s.
@SuppressWarnings("NullAway.Init") // set before all tests
class OidcIT {

  @TempDir private static Path folder = Path.of("");

  private static Issuer issuer;
  private static AggregatorProcess aggregator;

  @BeforeAll
  static void start() throws IOException {
    issuer = Issuer.start();
    aggregator = AggregatorProcess.start(folder.resolve("data"), WithIssuer.config(issuer));
  }

  @AfterAll
  static void stop() {
    aggregator.close();
    issuer.close();
  }

  @ParameterizedTest
  @CsvSource({
    "kumiai, plant-watchers, 300, 200",
    "kumiai, accountants, 300, 403",
    "payroll, plant-watchers, 300, 401",
    "kumiai, plant-watchers, -300, 401"
  })
  void aTokenLetsInWhomItsIssuerAnswersFor(
      String audience, String group, long secondsLeft, int status)
      throws IOException, InterruptedException {
    String token =
        issuer.token("vera", audience, Instant.now().plusSeconds(secondsLeft), List.of(group));
    HttpRequest request =
        HttpRequest.newBuilder(aggregator.address().resolve("/api/v1/runs"))
            .header("Authorization", "Bearer " + token)
            .build();

    try (HttpClient http = HttpClient.newHttpClient()) {
      assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(status);
    }
  }
}
