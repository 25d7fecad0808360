package dev.kumiai.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The ledger of a run as somebody in a terminal checks it.
class LedgerIT {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Pattern HASH = Pattern.compile("sha256:[0-9a-f]{64}");

  @TempDir private Path folder;
  private Aggregator aggregator;
  private RunId run;

  @BeforeEach
  void aRunOfTwoRounds() {
    aggregator = Aggregator.start(folder);
    PlayedSite site = PlayedSite.join(aggregator, "plant");
    run = aggregator.createRun(Specs.played(site.site(), 2)).run();
    site.upload(site.claimFirstTraining(), PlayedSite.UPDATE);
    site.upload(site.claim(TaskKind.TRAIN), PlayedSite.UPDATE);
    RunView end = aggregator.awaitEnd(run);
    assertThat(end.phase()).as(end.reason()).isEqualTo(RunPhase.SUCCEEDED);
  }

  @AfterEach
  void stop() {
    aggregator.close();
  }

  /// What a program said and how it ended.
  private record Ended(int status, String said) {}

  private Ended kumiai(String... arguments) {
    return program(
        Stream.of(
                Stream.of("bash", Checkout.ROOT.resolve("kumiai").toString()),
                Stream.of(arguments),
                Stream.of("--server", aggregator.address().toString()))
            .flatMap(words -> words)
            .toList());
  }

  private Ended program(List<String> command) {
    Map<String, String> environment =
        Map.of(
            "KUMIAI_SKIP_BUILD",
            "1",
            "KUMIAI_API_KEY_FILE",
            aggregator.apiKeyFile().toString(),
            "JAVA_HOME",
            System.getProperty("java.home"));
    try (Service service = Service.start("program", folder, environment, command)) {
      int status = service.awaitExit(SOON);
      return new Ended(status, service.said());
    }
  }

  @Test
  void aRunIsVerifiedAndReplayedAndAChangedByteInAnUpdateIsFound() throws IOException {
    Ended verified = kumiai("ledger", "verify", run.value());
    Ended replayed = kumiai("replay", run.value());

    assertThat(verified.said()).contains("All is as recorded.", "3 signatures");
    assertThat(verified.status()).isZero();
    assertThat(replayed.said().split("same", -1)).hasSize(3);
    assertThat(replayed.status()).isZero();

    Path update = artifact(PlayedSite.UPDATE.digest());
    byte[] bytes = Files.readAllBytes(update);
    bytes[bytes.length - 2] ^= 1;
    Files.write(update, bytes);

    Ended found = kumiai("ledger", "verify", run.value());
    assertThat(found.said())
        .contains("artifact-changed", PlayedSite.UPDATE.digest(), "not as recorded");
    assertThat(found.status()).isEqualTo(1);
    Ended different = kumiai("replay", run.value());
    assertThat(different.said()).contains("different");
    assertThat(different.status()).isEqualTo(1);
  }

  @Test
  void keysAndCheckpointsCanBeKeptElsewhere() throws IOException {
    Path keys = Files.writeString(folder.resolve("keys.pem"), kumiai("ledger", "key").said());
    Ended first = kumiai("ledger", "verify", run.value(), "--key", keys.toString());
    Matcher head = HASH.matcher(first.said());
    assertThat(head.find()).as(first.said()).isTrue();

    assertThat(first.said()).contains("as in --key", "All is as recorded.");
    assertThat(kumiai("ledger", "verify", run.value(), "--head", head.group()).status()).isZero();
    Ended other = kumiai("ledger", "verify", run.value(), "--head", "sha256:" + "0".repeat(64));
    assertThat(other.said()).contains("checkpoint-missing");
    assertThat(other.status()).isEqualTo(1);
  }

  @Test
  void theStoryOfARunIsTold() {
    Ended story = kumiai("ledger", "show", run.value());

    assertThat(story.status()).isZero();
    assertThat(story.said())
        .contains(
            "run.initializing", "task.claimed train", "plant", "run.succeeded", "ledger.signed");
  }

  /// An implementation that shares nothing with this one, also the documentation of the format.
  @Test
  void anIndependentProgramComesToTheSameVerdict() throws IOException {
    assumeThat(canRun("python3") && canRun("openssl"))
        .as("python3 and openssl are needed for the independent verifier")
        .isTrue();
    Path entries = folder.resolve("entries.ndjson");
    Path keys = Files.writeString(folder.resolve("keys.pem"), kumiai("ledger", "key").said());
    assertThat(kumiai("ledger", "export", run.value(), "--out", entries.toString()).status())
        .isZero();

    Ended agreed = verifyInPython(entries, keys);
    String text = Files.readString(entries);
    Files.writeString(entries, text.replaceFirst("TRAIN", "TRAIM"));
    Ended changed = verifyInPython(entries, keys);

    assertThat(agreed.status()).as(agreed.said()).isZero();
    assertThat(agreed.said()).contains(text.lines().count() + " entries, signed up to ");
    assertThat(changed.status()).isEqualTo(1);
    assertThat(changed.said()).contains("was changed");
  }

  private Ended verifyInPython(Path entries, Path keys) {
    Path script = Checkout.ROOT.resolve("docs").resolve("verify-ledger.py");
    return program(List.of("python3", script.toString(), entries.toString(), keys.toString()));
  }

  private static boolean canRun(String program) {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .anyMatch(path -> Files.isExecutable(Path.of(path, program)));
  }

  private Path artifact(String digest) {
    String hex = digest.substring("sha256:".length());
    return folder.resolve("aggregator/artifacts").resolve(hex.substring(0, 2)).resolve(hex);
  }
}
