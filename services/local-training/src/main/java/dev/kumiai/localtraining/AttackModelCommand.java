package dev.kumiai.localtraining;

import dev.kumiai.core.Progress;
import dev.kumiai.core.privacy.AttackResult;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.ImageSets;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.model.Architecture;
import dev.kumiai.engine.model.Network;
import dev.kumiai.engine.model.TrainingPlan;
import dev.kumiai.engine.quality.Candidates;
import dev.kumiai.protocol.pilot.AttackReport;
import dev.kumiai.protocol.pilot.AttackReport.Attacked;
import dev.kumiai.protocol.run.DataSpec;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// Tries to tell from trained models which images they were trained on.
@Command(
    name = "attack-model",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Attacks models as somebody would who has them and wants to know which images they were trained on:"
          + " by their losses and, with --shadows, by likelihood ratios (LiRA). All are asked about the"
          + " same images, as many of each class that they were trained on as not.",
      ""
    },
    footer = {
      "",
      "Writes what came out to a JSON file. Same files, options and --threads, same result.",
      "An attack that fails proves nothing: a better one may succeed.",
      "",
      "Example:",
      "  attack-model --model none=a.safetensors --model generation=b.safetensors --architecture cnn",
      "    --class crack --class sound --image-size 32 --channels 1 --members site-1/private/castings",
      "    --members site-2/private/castings --others evaluator/private/castings-test",
      "    --shadows 8 --steps 480 --out attacks.json"
    })
public final class AttackModelCommand implements Callable<Integer> {

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "NAME=FILE",
      description = "Weights (safetensors) under a name of your choice; may be repeated.")
  private Map<String, Path> models = new LinkedHashMap<>();

  @Option(
      names = "--architecture",
      required = true,
      paramLabel = "A",
      converter = ArchitectureName.class,
      description = "Network of the models: mlp, cnn or resnet20.")
  private Architecture architecture = Architecture.CNN;

  @Option(
      names = "--class",
      required = true,
      paramLabel = "NAME",
      description = "A class, in the order that the models were trained with; repeated for each.")
  private List<String> classes = new ArrayList<>();

  @Option(
      names = "--image-size",
      required = true,
      paramLabel = "PIXELS",
      description = "Height and width of the images that the models take.")
  private int imageSize;

  @Option(
      names = "--channels",
      required = true,
      paramLabel = "1|3",
      description = "1 for grey, 3 for RGB.")
  private int channels;

  @Option(
      names = "--members",
      required = true,
      paramLabel = "DIR",
      description =
          "Images that the models were trained on: IDX files or a folder for each class; repeated for"
              + " each site.")
  private List<Path> members = new ArrayList<>();

  @Option(
      names = "--others",
      required = true,
      paramLabel = "DIR",
      description = "Images of the same kind that they were not trained on; may be repeated.")
  private List<Path> others = new ArrayList<>();

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "1000",
      description =
          "Images to ask about on each side at most, spread evenly (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Mixin private ShadowOptions shadows = new ShadowOptions();

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "What shadow models are drawn from (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads on a CPU (default: as many as there are processors).")
  private @Nullable Integer threads;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "The JSON file to write; appears when it is whole.")
  private Path out = Path.of("");

  /// Networks as one writes them on a command line.
  private static final class ArchitectureName implements ITypeConverter<Architecture> {
    @Override
    public Architecture convert(String text) {
      return Arrays.stream(Architecture.values())
          .filter(architecture -> architecture.name().equalsIgnoreCase(text))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'%s' is none of mlp, cnn, resnet20".formatted(text)));
    }
  }

  @Override
  public Integer call() {
    CommandLine command = Objects.requireNonNull(spec).commandLine();
    TrainingPlan plan = shadows.plan(command);
    requireSensible(command);
    AttackedModels.prepare(out);
    ImageForm form = new ImageForm(imageSize, channels);
    AttackedModels attacked =
        AttackedModels.check(models, Network.of(architecture, form, classes.size()));
    PrintWriter err = command.getErr();
    Progress progress = new ChangedStages(err);
    progress.report(0, "reading images");
    Candidates candidates = Candidates.matched(load(members, form), load(others, form), limit);
    AttackReport report =
        attacked.attack(candidates, device(), shadows.count, plan, seed, progress);
    AttackedModels.write(report, out);
    print(report, command.getOut());
    return CommandLine.ExitCode.OK;
  }

  private void requireSensible(CommandLine command) {
    require(command, imageSize >= 8 && imageSize <= 512, "--image-size is 8 to 512 pixels");
    require(command, channels == 1 || channels == 3, "--channels is 1 for grey or 3 for RGB");
    require(
        command,
        classes.size() >= 2 && new HashSet<>(classes).size() == classes.size(),
        "--class names at least two classes, each once");
    require(command, limit >= 1, "--limit is at least 1");
    require(command, threads == null || threads >= 1, "--threads is at least 1");
  }

  private static void require(CommandLine command, boolean holds, String otherwise) {
    if (!holds) {
      throw new ParameterException(command, otherwise);
    }
  }

  private LabelledImages load(List<Path> folders, ImageForm form) {
    return folders.stream()
        .map(
            folder ->
                ImageSets.load(folder, classes, form)
                    .requireReadable(DataSpec.DEFAULT_MAX_UNREADABLE_SHARE))
        .reduce(LabelledImages.none(classes, form), LabelledImages::plus);
  }

  private EngineDevice device() {
    return EngineDevice.detect(
        threads == null ? Runtime.getRuntime().availableProcessors() : threads,
        EngineDevice.Precision.FLOAT32);
  }

  /// Tells a stage once, not at every step of it.
  private static final class ChangedStages implements Progress {
    private final PrintWriter to;
    private String told = "";

    ChangedStages(PrintWriter to) {
      this.to = to;
    }

    @Override
    public void report(double fraction, String stage) {
      if (!stage.equals(told)) {
        told = stage;
        to.println(stage);
        to.flush();
      }
    }
  }

  private static void print(AttackReport report, PrintWriter to) {
    for (Attacked attacked : report.models()) {
      print(attacked.name() + ", by loss", attacked.byLoss(), to);
      print(attacked.name() + ", LiRA online", attacked.online(), to);
      print(attacked.name() + ", LiRA offline", attacked.offline(), to);
    }
    print("shadow models, by loss (control)", report.control(), to);
    to.flush();
  }

  private static void print(String what, @Nullable AttackResult result, PrintWriter to) {
    if (result != null) {
      Double found = result.tprAt1PercentFpr();
      to.printf(
          Locale.ROOT,
          "%-32s advantage %.3f, AUC %.3f, found at 1 %% false alarms %s%n",
          what,
          result.advantage(),
          result.auc(),
          found == null ? "-" : String.format(Locale.ROOT, "%.1f %%", 100 * found));
    }
  }
}
