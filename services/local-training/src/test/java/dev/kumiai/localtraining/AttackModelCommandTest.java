package dev.kumiai.localtraining;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.privacy.AttackResult;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.SafetensorsWriter;
import dev.kumiai.core.tensor.Tensor;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.Castings;
import dev.kumiai.engine.data.ImageFolderWriter;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.model.Architecture;
import dev.kumiai.engine.model.LocalMethod;
import dev.kumiai.engine.model.LocalTrainer;
import dev.kumiai.engine.model.Network;
import dev.kumiai.engine.model.TrainingPlan;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.protocol.pilot.AttackReport;
import dev.kumiai.protocol.pilot.AttackReport.Attacked;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/// Real pictures, real networks: one that learned its pictures by heart, and one that saw none.
class AttackModelCommandTest {

  private static final ImageForm FORM = new ImageForm(16, 1);
  private static final Network NETWORK =
      Network.of(Architecture.MLP, FORM, Castings.CLASSES.size());
  private static final int STEPS = 150;

  @TempDir private static Path folder = Path.of("");

  @TempDir private Path results = Path.of("");
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void cut() throws IOException {
    LabelledImages members = pictures(1, 14);
    int half = members.size() / 2;
    put("site-1", members.select(IntStream.range(0, half).toArray()));
    put("site-2", members.select(IntStream.range(half, members.size()).toArray()));
    put("others", pictures(2, 14));
    ModelWeights first = NETWORK.initialWeights(3);
    write("fresh", first);
    write("learned", trained(first, members));
    write("wild", withNaN(first));
  }

  private static LabelledImages pictures(long seed, int perClass) {
    return Castings.renderMixed(seed, "test", List.of(Castings.Plant.values()), perClass, FORM);
  }

  private static ModelWeights trained(ModelWeights first, LabelledImages images) {
    TrainingPlan plan = new TrainingPlan(null, STEPS, 16, 0.05, 0.9, 0, 0, null, false);
    return new LocalTrainer(EngineDevice.cpu(1))
        .train(NETWORK, first, images, plan, LocalMethod.PLAIN, 1, Progress.SILENT)
        .weights();
  }

  private static ModelWeights withNaN(ModelWeights weights) {
    List<Tensor> wild = new ArrayList<>(weights.tensors());
    Tensor first = wild.getFirst();
    float[] values = first.toFloats();
    values[0] = Float.NaN;
    wild.set(0, Tensor.ofFloats(first.spec().name(), first.spec().shape(), values));
    return ModelWeights.of(wild);
  }

  private static void put(String name, LabelledImages images) throws IOException {
    ImageFolderWriter.write(images, Files.createDirectories(folder.resolve(name)));
  }

  private static Path model(String name) {
    return folder.resolve(name + ".safetensors");
  }

  private static void write(String name, ModelWeights weights) throws IOException {
    SafetensorsWriter.write(model(name), weights, Map.of());
  }

  private int run(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--architecture=mlp",
                "--image-size=16",
                "--channels=1",
                "--members=" + folder.resolve("site-1"),
                "--members=" + folder.resolve("site-2"),
                "--others=" + folder.resolve("others"),
                "--threads=1",
                "--out=" + results.resolve("made/attacks.json")));
    Castings.CLASSES.forEach(name -> arguments.add("--class=" + name));
    arguments.addAll(Arrays.asList(more));
    return new CommandLine(new AttackModelCommand())
        .setOverwrittenOptionsAllowed(true)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .setExecutionExceptionHandler(
            (thrown, command, _) -> {
              command.getErr().println(thrown.getMessage() + " " + code(thrown));
              return CommandLine.ExitCode.SOFTWARE;
            })
        .execute(arguments.toArray(String[]::new));
  }

  private static String code(Exception thrown) {
    return thrown instanceof KumiaiException expected ? expected.code() : thrown.toString();
  }

  private AttackReport report() throws IOException {
    try (var files = Files.list(results.resolve("made"))) {
      assertThat(files).as("nothing else is left").hasSize(1);
    }
    return KumiaiJson.mapper()
        .readValue(results.resolve("made/attacks.json").toFile(), AttackReport.class);
  }

  private static double byGuessing(AttackResult result) {
    return 0.5 + 3 * result.aucErrorOfGuessing();
  }

  @Test
  void findsTheMembersOfAModelThatLearnedThemByHeartAndNotOfAnUntrainedOne() throws Exception {
    int status =
        run(
            "--model=learned=" + model("learned"),
            "--model=fresh=" + model("fresh"),
            "--shadows=4",
            "--steps=" + STEPS,
            "--batch-size=16",
            "--weight-decay=0");

    assertThat(err.toString()).containsOnlyOnce("shadow model 3 of 4");
    assertThat(status).isZero();
    AttackReport report = report();
    assertThat(report.shadows()).isEqualTo(4);
    assertThat(report.shadowImages()).isEqualTo(8 * 14);
    assertThat(requireNonNull(report.control()).auc()).isLessThan(byGuessing(report.control()));
    assertThat(report.models()).extracting(Attacked::name).containsExactly("learned", "fresh");
    Attacked learned = report.models().getFirst();
    assertThat(learned.model()).isEqualTo(Digest.of(model("learned")));
    assertThat(learned.byLoss().members()).isEqualTo(8 * 14);
    assertThat(learned.byLoss().nonMembers()).isEqualTo(8 * 14);
    assertThat(learned.byLoss().advantage()).isGreaterThan(0.3);
    assertThat(requireNonNull(learned.online()).auc()).isGreaterThan(byGuessing(learned.online()));
    assertThat(requireNonNull(learned.offline()).auc())
        .isGreaterThan(byGuessing(learned.offline()));
    assertThat(learned.online().tprAt1PercentFpr()).isNotNull();
    Attacked fresh = report.models().getLast();
    assertThat(fresh.byLoss().auc()).isLessThan(byGuessing(fresh.byLoss()));
    assertThat(requireNonNull(fresh.online()).auc()).isLessThan(byGuessing(fresh.online()));
    assertThat(out.toString()).contains("learned, LiRA online", "shadow models, by loss (control)");
  }

  @Test
  void byLossAloneTrainsNothingAndAsksAboutAsManyAsIsSaid() throws Exception {
    int status = run("--model=none=" + model("learned"), "--limit=40");

    assertThat(status).isZero();
    assertThat(err.toString()).doesNotContain("shadow");
    AttackReport report = report();
    Attacked only = report.models().getFirst();
    assertThat(only.byLoss().members()).isEqualTo(40);
    assertThat(only.byLoss().advantage()).isGreaterThan(0.3);
    assertThat(only.byLoss().tprAt1PercentFpr()).isNull();
    assertThat(only.online()).isNull();
    assertThat(report.control()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "--architecture=cnn, attacked-model-does-not-fit",
    "--image-size=32, attacked-model-does-not-fit",
    "--class=another, attacked-model-does-not-fit",
    "--model=gone=FOLDER/gone.safetensors, attacked-model-missing",
    "--model=cut=FOLDER/others/sound/00000.png, 00000.png",
    "--model=wild=FOLDER/wild.safetensors, tensor-not-finite",
    "--others=FOLDER/site-1, attack-others-are-members",
    "--others=FOLDER/nothing, dataset-missing",
    "--others=FOLDER, class-unknown",
    "--out=FOLDER, attack-not-written",
    "--out=FOLDER/fresh.safetensors/attacks.json, attack-not-written"
  })
  void wrongInputIsOneSentenceAndNothingIsWritten(String option, String code) {
    int status = run("--model=none=" + model("fresh"), option.replace("FOLDER", folder.toString()));

    assertThat(status).isEqualTo(CommandLine.ExitCode.SOFTWARE);
    assertThat(err.toString()).contains(code).doesNotContain("Exception");
    assertThat(results.resolve("made/attacks.json")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "--shadows=5, '--shadows is 0 or an even number from 4 to 64, not 5'",
    "--shadows=4, '--shadows needs --steps or --epochs'",
    "--limit=0, '--limit is at least 1'",
    "--channels=2, '--channels is 1 for grey or 3 for RGB'",
    "--image-size=4, '--image-size is 8 to 512 pixels'",
    "--threads=0, '--threads is at least 1'",
    "--class=sound, 'each once'",
    "--architecture=vgg, 'none of mlp, cnn, resnet20'"
  })
  void optionsThatMakeNoSenseAreRefused(String option, String message) {
    int status = run("--model=none=" + model("fresh"), option);

    assertThat(status).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains(message);
  }
}
