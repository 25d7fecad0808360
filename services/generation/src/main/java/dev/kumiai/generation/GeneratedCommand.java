package dev.kumiai.generation;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.quality.DropReason;
import dev.kumiai.engine.data.ContactSheet;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.ImageSets;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.protocol.run.DataSpec;
import dev.kumiai.worker.generated.GeneratedSample;
import dev.kumiai.worker.generated.Rejection;
import dev.kumiai.worker.generated.SetReport;
import dev.kumiai.worker.generated.StoredSet;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// What a site has generated: looked at, rejected and made anew by the people there.
@Command(
    name = "generated",
    mixinStandardHelpOptions = true,
    description = "Lists, shows, rejects and regenerates what a site has generated.",
    subcommands = {
      GeneratedListCommand.class,
      GeneratedShowCommand.class,
      GeneratedCommand.Sheet.class,
      GeneratedCommand.Reject.class,
      RegenerateCommand.class
    })
public final class GeneratedCommand implements Callable<Integer> {

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    CommandLine all = Objects.requireNonNull(spec).commandLine();
    all.usage(all.getErr());
    return CommandLine.ExitCode.USAGE;
  }

  /// A verb about one set.
  abstract static class OfOneSet implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    @Mixin private SiteSets sets = new SiteSets();

    @Mixin private SiteSets.Choice choice = new SiteSets.Choice();

    SiteSets sets() {
      return sets;
    }

    Digest plan() {
      return sets.plan(choice);
    }

    void print(List<String> lines) {
      PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
      lines.forEach(out::println);
      out.flush();
    }

    PrintWriter err() {
      return Objects.requireNonNull(spec).commandLine().getErr();
    }

    abstract void work(Digest plan) throws IOException;

    @Override
    public final Integer call() {
      try {
        work(plan());
        return CommandLine.ExitCode.OK;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  static String word(DropReason reason) {
    return reason.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /// `generated sheet`.
  @Command(
      name = "sheet",
      mixinStandardHelpOptions = true,
      description = "Draws the samples of each class onto a sheet, with their names.")
  public static final class Sheet extends OfOneSet {

    @Option(
        names = "--out",
        defaultValue = "sheets",
        paramLabel = "DIR",
        description = "Folder for the sheets, CLASS.png (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("");

    @Option(
        names = "--classes",
        split = ",",
        paramLabel = "NAME,...",
        description = "The classes to draw (default: all).")
    private List<String> classes = List.of();

    @Option(
        names = "--columns",
        defaultValue = "12",
        description = "Samples in a row (default: ${DEFAULT-VALUE}).")
    private int columns;

    @Option(
        names = "--limit",
        defaultValue = "240",
        description = "The first so many of a class (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Override
    void work(Digest plan) throws IOException {
      TrainGeneratorCommand.requirePositive("--columns", columns);
      TrainGeneratorCommand.requirePositive("--limit", limit);
      StoredSet set = sets().finished(plan);
      DataSpec data = SetPlan.require(set.folder()).task().data();
      Set<String> wanted = wanted(set.report());
      List<GeneratedSample> samples = set.samples();
      for (String label : wanted) {
        draw(set, data, label, samples);
      }
    }

    private Set<String> wanted(SetReport report) {
      Set<String> known = report.classes().keySet();
      if (classes.isEmpty()) {
        return known;
      }
      if (!known.containsAll(classes)) {
        throw new KumiaiException.Invalid(
            "class-unknown",
            "the set has the classes %s and not all of %s"
                .formatted(String.join(", ", known), String.join(", ", classes)));
      }
      return new TreeSet<>(classes);
    }

    private void draw(StoredSet set, DataSpec data, String label, List<GeneratedSample> samples) {
      List<String> files =
          samples.stream()
              .filter(sample -> sample.isKept() && sample.label().equals(label))
              .map(GeneratedSample::file)
              .filter(Objects::nonNull)
              .limit(limit)
              .toList();
      ImageForm form = new ImageForm(data.imageSize(), data.channels());
      LabelledImages images =
          ImageSets.load(set.folder(), files, List.of(label), form).requireReadable(0);
      Path file = out.resolve(label + ".png");
      ContactSheet.writeNamed(
          label + ", plan " + set.report().plan().hex().substring(0, SiteSets.HEX_SHOWN),
          images,
          files.stream().map(name -> name.substring(name.indexOf('/') + 1)).toList(),
          columns,
          file);
      print(List.of(file + "  " + files.size() + " samples"));
    }
  }

  /// `generated reject`.
  @Command(
      name = "reject",
      mixinStandardHelpOptions = true,
      description = {
        "Takes samples out of a set, or the whole set: they are not trained on any more. They stay in",
        ".rejected of the set's folder, and 'generated regenerate' makes others in their place."
      })
  public static final class Reject extends OfOneSet {

    private static final int NAMED = 5;

    @ArgGroup(multiplicity = "1")
    private @Nullable What what;

    /// How much is rejected.
    private static final class What {
      @Option(
          names = "--sample",
          paramLabel = "CLASS/N.png",
          description = "A sample, as its sheet names it; may be given several times.")
      private List<String> samples = List.of();

      @Option(names = "--all", description = "The whole set.")
      private boolean all;
    }

    @Option(
        names = "--by",
        defaultValue = "${sys:user.name}",
        paramLabel = "NAME",
        description = "Who rejects (default: ${DEFAULT-VALUE}).")
    private String by = "";

    @Override
    void work(Digest plan) throws IOException {
      Rejection rejection = new Rejection(by, Instant.now());
      What wanted = Objects.requireNonNull(what);
      try (SetLock _ = new GeneratedSet(sets().site(), plan).lock()) {
        StoredSet set = sets().finished(plan);
        StoredSet after =
            wanted.all
                ? Rejections.all(set, rejection)
                : Rejections.some(set, files(set, wanted.samples), rejection);
        int rejected = after.report().rejected() - set.report().rejected();
        print(
            List.of(
                "%d samples rejected, %d are left"
                    .formatted(
                        rejected,
                        after.report().counts().values().stream().mapToInt(n -> n).sum())));
      }
    }

    /// The samples that are meant: a number may be written without its leading zeros and ending.
    private static Set<String> files(StoredSet set, List<String> named) throws IOException {
      Set<String> kept =
          set.samples().stream()
              .filter(GeneratedSample::isKept)
              .map(GeneratedSample::file)
              .filter(Objects::nonNull)
              .collect(Collectors.toSet());
      Set<String> files = new TreeSet<>();
      List<String> unknown = new ArrayList<>();
      for (String name : named) {
        String file = kept.contains(name) ? name : whole(name);
        if (kept.contains(file)) {
          files.add(file);
        } else {
          unknown.add(name);
        }
      }
      if (!unknown.isEmpty()) {
        throw new KumiaiException.NotFound(
            "generated-sample-missing",
            "the set has no such samples, or they are rejected already: %s%s"
                .formatted(
                    unknown.stream().limit(NAMED).collect(Collectors.joining(", ")),
                    unknown.size() > NAMED ? " and " + (unknown.size() - NAMED) + " more" : ""));
      }
      return files;
    }

    private static String whole(String name) {
      int slash = name.lastIndexOf('/');
      String number = name.substring(slash + 1).replaceFirst("\\.png$", "");
      try {
        return SetMaker.file(name.substring(0, Math.max(0, slash)), Integer.parseInt(number));
      } catch (NumberFormatException _) {
        return name;
      }
    }
  }
}
