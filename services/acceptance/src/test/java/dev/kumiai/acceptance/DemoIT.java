package dev.kumiai.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `./kumiai demo`: what it shows, how it ends, and that it leaves no process.
class DemoIT {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final List<String> SMALL =
      List.of("--sites", "2", "--groups", "1", "--limit", "64", "--model", "mlp", "--steps", "2");

  @TempDir private Path folder;

  private Service demo(String... more) {
    // As from a terminal: a build in the background ignores Ctrl-C, and what it starts inherits
    // that.
    List<String> command =
        new ArrayList<>(
            List.of(
                "env",
                "--default-signal=INT",
                "bash",
                Checkout.ROOT.resolve("kumiai").toString(),
                "demo"));
    command.addAll(SMALL);
    command.addAll(List.of("--work", folder.resolve("work").toString()));
    command.addAll(List.of(more));
    return Service.start(
        "demo",
        folder,
        Map.of("KUMIAI_SKIP_BUILD", "1", "JAVA_HOME", System.getProperty("java.home")),
        command);
  }

  private static void awaitNoneAlive(List<ProcessHandle> family) {
    Service.await(
        "no process is left",
        () -> family.stream().noneMatch(ProcessHandle::isAlive),
        () -> family.stream().filter(ProcessHandle::isAlive).toList().toString());
  }

  /// A demo at work, with all its processes.
  private static List<ProcessHandle> awaitTraining(Service demo) {
    demo.await("its first round is over", () -> demo.said().contains("Round 1 of"));
    List<ProcessHandle> family = demo.family();
    assertThat(family).as("the client, an aggregator and two workers").hasSize(4);
    return family;
  }

  @Test
  void aSmallDemoGeneratesTrainsAndTells() throws Exception {
    Path report = folder.resolve("report.json");

    try (Service demo =
        demo(
            "--rounds",
            "2",
            "--budget",
            "16",
            "--sampling-steps",
            "2",
            "--report",
            report.toString())) {
      int status = demo.awaitExit(PATIENCE);

      assertThat(status).as(demo.said()).isZero();
      assertThat(demo.said())
          .contains("Generated", "Round 2 of 2", "Accuracy of the global model", "site-2")
          .doesNotContain("\u001b");
    }
    JsonNode told = new ObjectMapper().readTree(report.toFile());
    assertThat(told.at("/run/phase").asText()).isEqualTo("SUCCEEDED");
    assertThat(told.at("/rounds")).hasSize(3);
    assertThat(told.at("/experiment/sites")).hasSize(2);
    assertThat(told.at("/seconds").asDouble()).isPositive();
  }

  @Test
  void ctrlCEndsEveryProcess() throws Exception {
    try (Service demo = demo("--rounds", "100000", "--no-generation")) {
      List<ProcessHandle> family = awaitTraining(demo);

      new ProcessBuilder("kill", "-INT", String.valueOf(demo.process().pid())).start().waitFor();

      assertThat(demo.awaitExit(Duration.ofSeconds(30))).isEqualTo(130);
      awaitNoneAlive(family);
    }
  }

  @Test
  void killingTheClientEndsEveryProcess() {
    try (Service demo = demo("--rounds", "100000", "--no-generation")) {
      List<ProcessHandle> family = awaitTraining(demo);

      demo.kill();

      awaitNoneAlive(family);
    }
  }

  @Test
  void aRunThatFailsIsAFailedDemoWithItsReason() throws Exception {
    // Looks like a generator until a site opens it.
    Path foreign = Files.write(folder.resolve("no-generator.safetensors"), cardWithoutContent());

    try (Service demo =
        demo("--rounds", "1", "--budget", "16", "--generator", foreign.toString())) {
      int status = demo.awaitExit(PATIENCE);

      assertThat(status).isEqualTo(1);
      assertThat(demo.said()).contains("Run failed", "generator-card-invalid", "logs are in");
    }
  }

  private static byte[] cardWithoutContent() {
    byte[] header =
        "{\"__metadata__\":{\"kumiai.generator\":\"{}\"}}".getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Long.BYTES + header.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .array();
  }

  @Test
  void whatCannotBeIsRefusedAtOnceAndWhole() {
    try (Service demo = demo("--data", "/no/such/folder", "--rounds", "0", "--epochs", "1")) {
      int status = demo.awaitExit(PATIENCE);

      assertThat(status).isEqualTo(1);
      assertThat(demo.said()).contains("--data", "/no/such/folder", "--rounds", "--epochs");
    }
    assertThat(folder.resolve("work")).doesNotExist();
  }
}
