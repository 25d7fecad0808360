package dev.kumiai.protocol.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ReadyCheckTest {

  private static final String JSON = "application/json";

  private ScriptedServer server;

  @BeforeEach
  void start() throws IOException {
    server = new ScriptedServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void isContentWithAnAggregatorThatIsReadyAndAsksWhoCalls() throws Exception {
    server.then(200, JSON, "{\"status\":\"UP\"}").thenProblem(401, "credential-missing", "who");

    ReadyCheck.Finding finding = ReadyCheck.check(server.uri() + "/guild");

    assertThat(finding.well()).isTrue();
    assertThat(finding.told()).isEqualTo("the aggregator at " + server.uri() + "/guild/ is ready");
    assertThat(server.requests())
        .extracting(ScriptedServer.Request::path)
        .containsExactly("/guild/q/health/ready", "/guild/api/v1/sites");
  }

  @Test
  void tellsWhyAnAggregatorIsNotReady() throws Exception {
    server.then(503, JSON, "{\"status\":\n\"DOWN\"}");

    assertThat(ReadyCheck.check(server.uri().toString()))
        .isEqualTo(
            new ReadyCheck.Finding(
                false,
                "the aggregator at %s/ is not ready (status 503): {\"status\": \"DOWN\"}"
                    .formatted(server.uri())));
  }

  @Test
  void takesNothingThatLetsStrangersInForAnAggregator() throws Exception {
    server.then(200, JSON, "{\"status\":\"UP\"}").then(200, JSON, "[]");

    ReadyCheck.Finding finding = ReadyCheck.check(server.uri().toString());

    assertThat(finding.well()).isFalse();
    assertThat(finding.told()).contains("lets strangers in (status 200)");
  }

  @Test
  void saysWhereNobodyAnswers() throws Exception {
    int port;
    try (ServerSocket taken = new ServerSocket(0)) {
      port = taken.getLocalPort();
    }

    ReadyCheck.Finding finding = ReadyCheck.check("http://127.0.0.1:" + port);

    assertThat(finding.well()).isFalse();
    assertThat(finding.told())
        .startsWith("there is no aggregator at http://127.0.0.1:" + port + " (")
        .endsWith("check the address, its TLS and what is between");
  }

  @Test
  void refusesWhatIsNoAddress() throws Exception {
    assertThat(ReadyCheck.check("guild.example.com").told())
        .isEqualTo(
            "'guild.example.com' is no address of an aggregator: give one such as https://host");
  }
}
