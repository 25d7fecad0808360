package dev.kumiai.acceptance.layering;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The compiled modules of this checkout, read from their `target/classes` folders: acceptance
/// depends on none of them.
final class Modules {

  private Modules() {}

  /// The names of the folders under `services/` that have code of their own.
  static Set<String> names() {
    try (Stream<Path> folders = Files.list(services())) {
      return folders
          .filter(folder -> Files.isDirectory(folder.resolve("src/main/java")))
          .map(folder -> folder.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JavaClasses importAll() {
    List<Path> folders = names().stream().map(Modules::classesOf).toList();
    return new ClassFileImporter().importPaths(folders);
  }

  /// The folder with the module's `java` and `resources`.
  static Path sourcesOf(String module) {
    return services().resolve(module).resolve("src/main");
  }

  private static Path classesOf(String module) {
    Path classes = services().resolve(module).resolve("target/classes");
    if (!Files.isDirectory(classes.resolve("dev/kumiai"))) {
      throw new IllegalStateException(
          "module " + module + " is not compiled: run ./mvnw test-compile in the whole checkout");
    }
    return classes;
  }

  private static Path services() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.isDirectory(at.resolve("services/core"))) {
        return at.resolve("services");
      }
    }
    throw new IllegalStateException("run from within a checkout of Kumiai");
  }
}
