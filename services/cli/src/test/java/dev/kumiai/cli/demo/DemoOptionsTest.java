package dev.kumiai.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.protocol.run.StrategySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

class DemoOptionsTest {

  private static DemoOptions options(String... arguments) {
    return CommandLine.populateCommand(new DemoOptions(), arguments);
  }

  private static KumiaiException.Invalid refusal(String... arguments) {
    return catchThrowableOfType(KumiaiException.Invalid.class, () -> options(arguments).check());
  }

  @Test
  void fedAvgGoesWithoutSaying() {
    DemoOptions options = options();

    assertThatCode(options::check).doesNotThrowAnyException();
    assertThat(options.experiment.strategy.name).isEqualTo(StrategySpec.Name.FEDAVG);
    assertThat(options.inWords()).contains("12 rounds of cnn, with generation");
  }

  @Test
  void scaffoldGoesWithoutMomentum() {
    DemoOptions scaffold = options("--strategy", "scaffold");

    assertThatCode(scaffold::check).doesNotThrowAnyException();
    assertThat(scaffold.experiment.strategy.momentumOrDefault()).isEqualTo(0);
    assertThat(options().experiment.strategy.momentumOrDefault()).isEqualTo(0.9);
    assertThat(options("--momentum", "0.5").experiment.strategy.momentumOrDefault()).isEqualTo(0.5);
    assertThat(refusal("--strategy", "scaffold", "--momentum", "0.5").violations())
        .extracting(KumiaiException.Violation::where)
        .containsExactly("--momentum");
  }

  @Test
  void aStrategyIsChosenWithItsParameters() {
    DemoOptions options =
        options(
            "--strategy",
            "fedadam",
            "--strategy-parameter",
            "learningRate=0.05",
            "--strategy-parameter",
            "beta1=0.8");

    assertThatCode(options::check).doesNotThrowAnyException();
    assertThat(options.experiment.strategy.name).isEqualTo(StrategySpec.Name.FEDADAM);
    assertThat(options.inWords())
        .contains("12 rounds of cnn under fedadam (learningRate 0.05, beta1 0.8), with generation");
  }

  @Test
  void everyMistakeAboutTheStrategyIsToldBeforeAnythingStarts() {
    assertThat(
            refusal("--strategy", "fedprox", "--strategy-parameter", "mu=0.1", "--rounds", "0")
                .violations())
        .extracting(KumiaiException.Violation::where)
        .containsExactlyInAnyOrder("--rounds", "--proximal-mu", "--strategy-parameter");
    assertThat(refusal("--strategy", "bulyan").violations())
        .singleElement()
        .returns("--sites", KumiaiException.Violation::where)
        .satisfies(mistake -> assertThat(mistake.what()).contains("at least 7"));
  }

  @Test
  void aBufferBelongsToAsynchronousRoundsAndIsNotLargerThanThereAreSites() {
    DemoOptions options = options("--strategy", "fedbuff", "--buffer-size", "3");

    assertThatCode(options::check).doesNotThrowAnyException();
    assertThat(options.inWords()).contains("under fedbuff (buffer of 3)");
    assertThat(refusal("--buffer-size", "2").violations())
        .extracting(KumiaiException.Violation::where)
        .containsExactly("--buffer-size");
    assertThat(refusal("--strategy", "fedbuff", "--buffer-size", "5").violations())
        .extracting(KumiaiException.Violation::where)
        .containsExactly("--buffer-size");
  }

  @ParameterizedTest
  @EnumSource
  void everyStrategyIsInTheHelp(StrategySpec.Name name) {
    String help = new CommandLine(new DemoOptions()).getUsageMessage(CommandLine.Help.Ansi.OFF);

    assertThat(help).containsPattern("\\b" + LoweredName.lowered(name) + "\\b");
  }
}
