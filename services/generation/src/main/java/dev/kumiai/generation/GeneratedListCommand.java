package dev.kumiai.generation;

import dev.kumiai.core.Digest;
import dev.kumiai.worker.generated.GeneratedSample;
import dev.kumiai.worker.generated.Manifest;
import dev.kumiai.worker.generated.SetReport;
import dev.kumiai.worker.generated.SetReport.OfClass;
import dev.kumiai.worker.generated.StoredSet;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `generated list`.
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "Lists the generated sets of a site.")
public final class GeneratedListCommand implements Callable<Integer> {

  private static final int LONGEST_GENERATOR = 24;
  private static final double MEBIBYTE = 1 << 20;

  @Spec private @Nullable CommandSpec spec;

  @Mixin private SiteSets sets = new SiteSets();

  @Override
  public Integer call() {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    List<Digest> plans = sets.plans();
    if (plans.isEmpty()) {
      out.println("Nothing was generated at this site yet.");
    } else {
      TextTable table =
          new TextTable(
              "Plan", "Generator", "State", "Kept", "Budget", "Dropped", "Rejected", "MiB", "Age");
      Instant now = Instant.now();
      plans.forEach(plan -> table.row(row(plan, now)));
      table.lines().forEach(out::println);
    }
    out.flush();
    return CommandLine.ExitCode.OK;
  }

  private List<String> row(Digest plan, Instant now) {
    GeneratedSet set = new GeneratedSet(sets.site(), plan);
    Optional<StoredSet> finished = set.finished();
    Path folder = finished.map(StoredSet::folder).orElse(set.partial());
    try {
      Optional<SetReport> report =
          finished.isPresent() ? finished.map(StoredSet::report) : unfinished(folder);
      return List.of(
          plan.hex().substring(0, SiteSets.HEX_SHOWN),
          report
              .map(SetReport::generator)
              .map(Object::toString)
              .map(GeneratedListCommand::beginning)
              .orElse("?"),
          state(finished),
          sum(report, OfClass::kept),
          sum(report, OfClass::budget),
          sum(report, of -> of.dropped().values().stream().mapToInt(n -> n).sum()),
          sum(report, OfClass::rejected),
          String.format(Locale.ROOT, "%.1f", bytes(folder) / MEBIBYTE),
          SetCost.find(folder).map(cost -> age(Duration.between(cost.newest(), now))).orElse("?"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + folder, e);
    }
  }

  /// What a set that is not finished would say of itself.
  private static Optional<SetReport> unfinished(Path folder) throws IOException {
    List<GeneratedSample> samples = Manifest.read(folder).samples();
    return SetPlan.find(folder).map(plan -> SetMaking.report(plan.task(), samples, List.of()));
  }

  private static String state(Optional<StoredSet> finished) {
    if (finished.isEmpty()) {
      return "unfinished";
    }
    SetReport report = finished.get().report();
    if (report.rejection() != null) {
      return "rejected";
    }
    return report.classes().values().stream().anyMatch(of -> of.missing() > 0) ? "short" : "whole";
  }

  private static String sum(Optional<SetReport> report, ToIntFunction<OfClass> number) {
    return report
        .map(of -> String.valueOf(of.classes().values().stream().mapToInt(number).sum()))
        .orElse("?");
  }

  private static String beginning(String generator) {
    return generator.length() <= LONGEST_GENERATOR
        ? generator
        : generator.substring(0, LONGEST_GENERATOR - 3) + "...";
  }

  private static String age(Duration age) {
    if (age.toDays() > 0) {
      return age.toDays() + " d";
    }
    return age.toHours() > 0 ? age.toHours() + " h" : Math.max(0, age.toMinutes()) + " min";
  }

  private static long bytes(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
