package dev.kumiai.localtraining;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.quarkus.test.junit.main.QuarkusMainLauncher;
import io.quarkus.test.junit.main.QuarkusMainTest;
import org.junit.jupiter.api.Test;

/// The service as a person at a terminal meets it.
@QuarkusMainTest
@TestProfile(CommandModeTest.Command.class)
class CommandModeTest {

  /// What the process does by itself when it is not started by a test.
  public static final class Command implements QuarkusTestProfile {
    @Override
    public String getConfigProfile() {
      return "command";
    }
  }

  @Test
  void tellsItsCommandsWithoutOpeningAPort(QuarkusMainLauncher launcher) {
    var result = launcher.launch("--help");

    assertThat(result.exitCode()).isZero();
    assertThat(result.getOutput()).contains("Usage: kumiai-local-training");
    assertThat(result.getOutput() + result.getErrorOutput()).doesNotContain("Listening on");
  }

  @Test
  void refusesAnOptionThatItDoesNotKnow(QuarkusMainLauncher launcher) {
    var result = launcher.launch("--bogus");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.getErrorOutput()).contains("Unknown option: '--bogus'", "Usage:");
  }

  @Test
  void namesEverythingAWorkerLacksWhenItIsNotConfigured(QuarkusMainLauncher launcher) {
    var result = launcher.launch();

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.getErrorOutput())
        .contains(
            "kumiai.aggregator.url: is not set",
            "kumiai.enrolment-token: is not set",
            "kumiai.worker.data-root: is not set",
            "kumiai.worker.sites: is not set")
        .doesNotContain("Exception");
  }
}
