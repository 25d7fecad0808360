package dev.kumiai.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `./kumiai pilot`, small: what it leaves, and that it goes on after a kill -9. Its models are
/// attacked, too.
@Tag("slow")
class PilotIT {

  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final int RUNS = 6;

  @TempDir private Path folder;

  private Service pilot(String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "bash",
                Checkout.ROOT.resolve("kumiai").toString(),
                "pilot",
                "--seeds",
                "2",
                "--arms",
                "none,generation,iid",
                "--partition",
                "dirichlet:1",
                "--sites",
                "2",
                "--groups",
                "1",
                "--limit",
                "64",
                "--public",
                "16",
                "--model",
                "mlp",
                "--steps",
                "2",
                "--rounds",
                "2",
                "--budget",
                "16",
                "--sampling-steps",
                "2",
                "--out",
                folder.resolve("out").toString()));
    command.addAll(List.of(more));
    return Service.start(
        "pilot",
        folder,
        Map.of("KUMIAI_SKIP_BUILD", "1", "JAVA_HOME", System.getProperty("java.home")),
        command);
  }

  @Test
  void goesOnAfterAKillAndEndsWithAVerdictAndAPage() throws Exception {
    List<ProcessHandle> family;
    try (Service first = pilot()) {
      first.await("its first run is over", () -> first.said().contains("1 of " + RUNS));
      family = first.family();
      first.kill();
    }
    Service.await(
        "no process is left",
        () -> family.stream().noneMatch(ProcessHandle::isAlive),
        () -> family.stream().filter(ProcessHandle::isAlive).toList().toString());

    try (Service second = pilot("--attack", "4")) {
      assertThat(second.awaitExit(PATIENCE)).as(second.said()).isZero();
      assertThat(second.said())
          .contains("Pilot of an earlier start", "UNDECIDED", "report.html")
          .contains("Membership inference", "LiRA, offline", "proves nothing")
          .doesNotContain("\u001b");
    }

    JsonNode report = new ObjectMapper().readTree(folder.resolve("out/report.json").toFile());
    assertThat(report.at("/over").asInt()).isEqualTo(RUNS);
    assertThat(report.at("/runs")).hasSize(RUNS);
    assertThat(report.at("/verdict/decision").asText()).isEqualTo("UNDECIDED");
    for (JsonNode run : report.at("/runs")) {
      assertThat(run.at("/phase").asText()).isEqualTo("SUCCEEDED");
      assertThat(run.at("/rounds/1/drift").asDouble()).isPositive();
      assertThat(run.at("/cost/bytesUp").asLong()).isPositive();
    }
    assertThat(Files.readString(folder.resolve("out/report.html")))
        .contains(
            "<h2>UNDECIDED</h2>",
            "<h2>Membership inference</h2>",
            "data:image/png;base64,",
            "s1-site-2")
        .doesNotContain("<script", "http");
    JsonNode attacks = new ObjectMapper().readTree(folder.resolve("out/attacks.json").toFile());
    assertThat(attacks.at("/shadows").asInt()).isEqualTo(4);
    assertThat(attacks.at("/models")).hasSize(2);
    assertThat(attacks.at("/models/1/name").asText()).isEqualTo("generation");
    assertThat(attacks.at("/models/1/online/auc").asDouble()).isBetween(0.0, 1.0);
    otherOptionsAreRefused();
  }

  private void otherOptionsAreRefused() {
    try (Service other = pilot("--learning-rate", "0.01")) {
      assertThat(other.awaitExit(PATIENCE)).isEqualTo(1);
      assertThat(other.said()).contains("[pilot-differs]", "--out");
    }
  }
}
