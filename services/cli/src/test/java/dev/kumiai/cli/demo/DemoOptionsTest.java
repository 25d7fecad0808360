package dev.kumiai.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.SafetensorsWriter;
import dev.kumiai.core.tensor.Shape;
import dev.kumiai.core.tensor.Tensor;
import dev.kumiai.protocol.run.GenerationSpec;
import dev.kumiai.protocol.run.GenerationSpec.Guidance;
import dev.kumiai.protocol.run.GeneratorRef;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.run.TrainingSpec;
import dev.kumiai.protocol.run.TrainingSpec.GeneratedOrder;
import dev.kumiai.protocol.run.TrainingSpec.TrainsOn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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

  @Test
  void generationIsChosenWithItsThreeAxes(@TempDir Path folder) throws IOException {
    Path catalogue = folder.resolve("mine.yaml");
    Files.writeString(catalogue, "templates: ['a {class}', 'the {class}']");
    DemoOptions options =
        options(
            "--generator",
            "remote:images",
            "--multiple",
            "1.5",
            "--guidance",
            "real",
            "--prompts",
            catalogue.toString(),
            "--generated-order",
            "generated-last",
            "--train-on",
            "shuffled-labels");

    assertThatCode(options::check).doesNotThrowAnyException();
    GenerationSpec spec =
        options.experiment.generation.spec(
            options.experiment.generation.ref().orElseThrow(), 1_000);
    assertThat(spec)
        .isEqualTo(
            GenerationSpec.ofMultiple(new GeneratorRef.Remote("images"), 1.5)
                .withGuidance(Guidance.REAL, 0.7)
                .withPrompts(spec.prompts()));
    assertThat(Objects.requireNonNull(spec.prompts()).templates())
        .containsExactly("a {class}", "the {class}");
    assertThat(options.experiment.generation.use(TrainingSpec.DEFAULT))
        .isEqualTo(
            TrainingSpec.DEFAULT.withGenerated(
                GeneratedOrder.GENERATED_LAST, TrainsOn.SHUFFLED_LABELS));
    assertThat(options.inWords())
        .contains(
            "with generation (remote:images, guidance real, prompts of mine.yaml, generated-last, training on shuffled-labels)");
  }

  @Test
  void classicalAugmentationIsGuidedByRealSamples() {
    DemoOptions options = options("--generator", "classical", "--budget", "60");

    assertThatCode(options::check).doesNotThrowAnyException();
    assertThat(
            options.experiment.generation.spec(
                options.experiment.generation.ref().orElseThrow(), 1_000))
        .isEqualTo(GenerationSpec.ofTotal(new GeneratorRef.Classical(), 60));
    assertThat(options.experiment.generation.file()).isNull();
  }

  @Test
  void publicImagesAreTakenFromAShareOfTheData() {
    assertThat(options("--generator", "public:textures").experiment.publicImagesOrDefault())
        .isEqualTo(1_000);
    assertThat(options().experiment.publicImagesOrDefault()).isZero();
  }

  @Test
  void aFileThatCannotBeAGeneratorIsToldBeforeAnythingStarts(@TempDir Path folder)
      throws IOException {
    ModelWeights weights =
        ModelWeights.of(List.of(Tensor.ofFloats("stem", Shape.of(4), new float[4])));
    Path whole = folder.resolve("whole.safetensors");
    SafetensorsWriter.write(whole, weights, Map.of("kumiai.generator", "{}"));
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(bytes, bytes.length - 1));
    Path model = folder.resolve("model.safetensors");
    SafetensorsWriter.write(model, weights, Map.of());

    assertThatCode(options("--generator", whole.toString())::check).doesNotThrowAnyException();
    assertThat(mistake(cut)).contains("cut", "send the whole file");
    assertThat(mistake(model)).contains("model.safetensors", "no generator's");
    assertThat(mistake(folder.resolve("none"))).startsWith("there is no file");
  }

  private static String mistake(Path generator) {
    List<KumiaiException.Violation> found =
        refusal("--generator", generator.toString()).violations();
    assertThat(found).singleElement().extracting("where").isEqualTo("--generator");
    return found.getFirst().what();
  }

  @Test
  void everyMistakeAboutGenerationIsToldBeforeAnythingStarts(@TempDir Path folder)
      throws IOException {
    Path catalogue = folder.resolve("mine.yaml");
    Files.writeString(catalogue, "templates: ['a photo', 'a {class} in {light}']");

    assertThat(
            refusal(
                    "--generator",
                    "public:../secret",
                    "--multiple",
                    "0",
                    "--budget",
                    "0",
                    "--prompts",
                    catalogue.toString(),
                    "--generated-order",
                    "generated-first",
                    "--train-on",
                    "generated-only",
                    "--weighting",
                    "private")
                .violations())
        .extracting(KumiaiException.Violation::where)
        .containsExactlyInAnyOrder(
            "--generator",
            "--budget",
            "--multiple",
            "--multiple",
            "--prompts/templates/0",
            "--prompts/templates/1",
            "--generated-order",
            "--weighting");
    assertThat(
            refusal(
                    "--no-generation",
                    "--generated-order",
                    "generated-last",
                    "--train-on",
                    "generated-only",
                    "--prompts",
                    "none.yaml",
                    "--generator",
                    "none.safetensors")
                .violations())
        .extracting(KumiaiException.Violation::where)
        .containsExactlyInAnyOrder(
            "--generator", "--prompts", "--generated-order", "--generated-order", "--train-on");
  }

  @ParameterizedTest
  @EnumSource
  void everyStrategyIsInTheHelp(StrategySpec.Name name) {
    String help = new CommandLine(new DemoOptions()).getUsageMessage(CommandLine.Help.Ansi.OFF);

    assertThat(help).containsPattern("\\b" + LoweredName.lowered(name) + "\\b");
  }
}
