package dev.kumiai.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A packaged aggregator with TLS, and those who call it: its certificate is of an authority that
/// no JDK knows.
class TlsIT {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String PASSWORD = "changeit";

  @TempDir private static Path folder = Path.of("");

  @SuppressWarnings("NullAway.Init") // set before all tests
  private static Service aggregator;

  private static String address = "";

  @BeforeAll
  static void start() {
    keytool(
        "server.p12",
        "-genkeypair -alias server -keyalg EC -dname CN=localhost -ext san=ip:127.0.0.1");
    keytool("server.p12", "-exportcert -alias server -file " + file("server.crt"));
    keytool("trust.p12", "-importcert -noprompt -alias server -file " + file("server.crt"));
    aggregator =
        Service.start(
            "aggregation",
            "aggregation",
            folder,
            Map.of(
                "kumiai.aggregator.data",
                file("aggregator"),
                "quarkus.http.ssl-port",
                "0",
                "quarkus.http.insecure-requests",
                "disabled",
                "quarkus.tls.key-store.p12.path",
                file("server.p12"),
                "quarkus.tls.key-store.p12.password",
                PASSWORD));
    aggregator.await("it listens", () -> aggregator.said().contains("Listening on: https://"));
    address = aggregator.said().replaceAll("(?s).*Listening on: (https://[^\\s,]+).*", "$1");
  }

  @AfterAll
  static void stop() {
    aggregator.close();
  }

  private static String file(String name) {
    return folder.resolve(name).toString();
  }

  private static void keytool(String store, String arguments) {
    List<String> command =
        new ArrayList<>(List.of(Checkout.java().resolveSibling("keytool").toString()));
    command.addAll(List.of(arguments.split(" ", -1)));
    command.addAll(
        List.of("-keystore", file(store), "-storepass", PASSWORD, "-storetype", "PKCS12"));
    try (Service process = Service.start("keytool", folder, Map.of(), command)) {
      assertThat(process.awaitExit(SOON)).as(process.said()).isZero();
    }
  }

  /// What the check says from where a worker runs.
  private static Service ready(Map<String, String> environment) {
    List<String> command = new ArrayList<>(Checkout.command("local-training", List.of("-Xmx64m")));
    command.addAll(List.of("ready", address));
    return Service.start("ready", folder, environment, command);
  }

  @Test
  void anAuthorityThatTheEnvironmentNamesIsBelieved() {
    try (Service ready =
        ready(
            Map.of(
                "KUMIAI_TRUST_STORE",
                file("trust.p12"),
                "KUMIAI_TRUST_STORE_PASSWORD",
                PASSWORD))) {
      assertThat(ready.awaitExit(SOON)).as(ready.said()).isZero();
      assertThat(ready.said()).contains("is ready");
    }
  }

  @Test
  void anAuthorityThatNobodyNamedIsNot() {
    try (Service ready = ready(Map.of())) {
      assertThat(ready.awaitExit(SOON)).as(ready.said()).isEqualTo(1);
      assertThat(ready.said()).contains("there is no aggregator at " + address, "PKIX");
    }
  }
}
