package dev.kumiai.generation;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.worker.SiteFolder;
import dev.kumiai.worker.generated.StoredSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The generated sets of one site, as a person at the site names them.
final class SiteSets {

  static final int HEX_SHOWN = 12;

  @Option(
      names = "--site-folder",
      required = true,
      paramLabel = "DIR",
      description = "The site's data folder: with private/ and generated/ in it.")
  private Path folder = Path.of("");

  /// The option that names a set.
  static final class Choice {

    @Parameters(
        arity = "0..1",
        paramLabel = "PLAN",
        description =
            "The set: the digest of its plan or the beginning of it (default: the only set).")
    private String plan = "";
  }

  SiteFolder site() {
    if (!Files.isDirectory(folder)) {
      throw new KumiaiException.NotFound(
          "site-folder-missing",
          folder + " is no folder: name the site's data folder, which has private/ in it");
    }
    return new SiteFolder(folder.toAbsolutePath().normalize());
  }

  /// The plans of which a set is there, finished or not.
  List<Digest> plans() {
    Path generated = site().generated();
    if (!Files.isDirectory(generated)) {
      return List.of();
    }
    try (Stream<Path> sets = Files.list(generated)) {
      return sets.filter(Files::isDirectory)
          .map(set -> set.getFileName().toString())
          .map(name -> name.replace(GeneratedSet.PARTIAL, ""))
          .flatMap(name -> Digest.ofFileName(Path.of(name)).stream())
          .distinct()
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + generated, e);
    }
  }

  /// The set that is meant.
  Digest plan(Choice choice) {
    String wanted = choice.plan.replaceFirst("^sha256:", "");
    List<Digest> found = plans().stream().filter(plan -> plan.hex().startsWith(wanted)).toList();
    if (found.isEmpty()) {
      throw new KumiaiException.NotFound(
          "generated-set-missing",
          "%s has no generated set%s: 'generated list' lists those that are there"
              .formatted(folder, wanted.isEmpty() ? "" : " of a plan that starts with " + wanted));
    }
    if (found.size() > 1) {
      throw new KumiaiException.Invalid(
          "generated-set-ambiguous",
          "%s has several such sets, name one: %s"
              .formatted(
                  folder,
                  found.stream()
                      .map(plan -> plan.hex().substring(0, HEX_SHOWN))
                      .collect(Collectors.joining(", "))));
    }
    return found.getFirst();
  }

  /// The finished set that is meant.
  StoredSet finished(Digest plan) {
    return new GeneratedSet(site(), plan)
        .finished()
        .orElseThrow(
            () ->
                new KumiaiException.NotFound(
                    "generated-set-unfinished",
                    "the generated set of plan %s is not finished: let its task end first"
                        .formatted(plan)));
  }
}
