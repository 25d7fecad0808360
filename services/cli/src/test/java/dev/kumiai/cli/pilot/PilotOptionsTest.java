package dev.kumiai.cli.pilot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.pilot.Arm;
import dev.kumiai.protocol.pilot.Sweep;
import dev.kumiai.protocol.run.GenerationSpec.Guidance;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

class PilotOptionsTest {

  private static PilotOptions options(String... arguments) {
    return CommandLine.populateCommand(new PilotOptions(), arguments);
  }

  @Test
  void withoutOptionsComparesAllArmsOverFiveSeeds() {
    PilotOptions options = options();

    assertThatCode(options::check).doesNotThrowAnyException();
    assertThat(options.arms).containsExactly(Arm.values());
    assertThat(options.allSeeds()).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(options.sweep.sweep()).isNull();
    assertThat(options.minimumShare()).isEqualTo(0.01);
    assertThat(options.experiment.roundsAreChosen()).isFalse();
  }

  @Test
  void roundsThatAreGivenAreAllThereAre() {
    assertThat(options("--rounds", "12").experiment.roundsAreChosen()).isTrue();
  }

  @Test
  void modelsAreAttackedWhereSomebodyAsksWithAsManyShadowModelsAsHeSays() {
    assertThat(options().attack).isNull();
    assertThat(options("--attack").attack).isEqualTo(8);
    assertThat(options("--attack", "--seeds", "2").attack).isEqualTo(8);
    PilotOptions byLoss = options("--attack", "0", "--partition", "iid");
    assertThat(byLoss.attack).isZero();
    assertThatCode(byLoss::check).doesNotThrowAnyException();
  }

  @Test
  void aSweepIsEveryAmountWithEveryGuidance() {
    PilotOptions options = options("--sweep", "0.5,1", "--sweep-guidance", "prompt,mixed:0.5,real");

    assertThatCode(options::check).doesNotThrowAnyException();
    Sweep sweep = Objects.requireNonNull(options.sweep.sweep());
    assertThat(sweep.multiples()).containsExactly(0.5, 1.0);
    assertThat(sweep.guidances())
        .containsExactly(
            new Sweep.Steering(Guidance.PROMPT, null),
            new Sweep.Steering(Guidance.MIXED, 0.5),
            new Sweep.Steering(Guidance.REAL, null));
  }

  @Test
  void autoIsASmallSweepOfTheFirstSeeds() {
    assertThat(options("--sweep", "auto").sweep.sweep()).isEqualTo(Sweep.AUTO);
    assertThat(options("--sweep", "auto", "--sweep-seeds", "1").sweep.sweep())
        .isEqualTo(new Sweep(Sweep.AUTO.multiples(), Sweep.AUTO.guidances(), 1));
    assertThat(options("--sweep", "0.5,1", "--sweep-seeds", "3").sweep.sweep())
        .isEqualTo(new Sweep(List.of(0.5, 1.0), List.of(), 3));
  }

  @ParameterizedTest
  @CsvSource({
    "--seeds, 0, --seeds",
    "--arms, 'generation,classical', --arms",
    "--arms, 'none,none,iid', --arms",
    "--sweep, '0,1', --sweep",
    "--sweep, 'auto,1', --sweep",
    "--sweep, much, --sweep",
    "--sweep-seeds, 2, --sweep-seeds",
    "--sweep-guidance, prompt, --sweep-guidance",
    "--minimum-gain, -1, --minimum-gain",
    "--attack, 5, --attack",
    "--attack, 2, --attack",
    "--attack, 4, --attack", // castings are cut by plants
    "--sites, 0, --sites",
    "--generator, classical, --generator",
    "--train-on, generated-only, --train-on",
    "--data, /no/such/folder, --data"
  })
  void refusesWhatCannotBe(String option, String value, String where) {
    KumiaiException.Invalid refusal =
        catchThrowableOfType(KumiaiException.Invalid.class, () -> options(option, value).check());

    assertThat(refusal.code()).isEqualTo("pilot-options-invalid");
    assertThat(refusal.violations()).extracting(KumiaiException.Violation::where).contains(where);
  }

  @Test
  void aGuidanceThatDoesNotExistIsRefused() {
    KumiaiException.Invalid refusal =
        catchThrowableOfType(
            KumiaiException.Invalid.class,
            () -> options("--sweep", "1", "--sweep-guidance", "mixed:2").check());

    assertThat(refusal.violations())
        .extracting(KumiaiException.Violation::where)
        .containsExactly("--sweep-guidance");
  }

  @ParameterizedTest
  @EnumSource
  void everyArmIsInTheHelp(Arm arm) {
    String help = new CommandLine(new PilotOptions()).getUsageMessage(CommandLine.Help.Ansi.OFF);

    assertThat(help).containsPattern("\\b" + arm.text() + "\\b");
  }
}
