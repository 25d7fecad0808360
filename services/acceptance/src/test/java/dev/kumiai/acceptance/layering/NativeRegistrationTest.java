package dev.kumiai.acceptance.layering;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A native executable holds only those members of a class and those resources of which it was told
/// when it was built. What was forgotten fails when it is used, so it fails here first.
///
/// `./kumiai maven -pl services/acceptance -am test -Dtest=NativeRegistrationTest
/// -Dsurefire.failIfNoSpecifiedTests=false -Dregenerate` writes the modules' registrations for
/// Jackson anew; those of what is sent are ReachabilityTest's in `protocol`.
class NativeRegistrationTest {

  private static final Pattern TYPE = Pattern.compile("\"type\"\\s*:\\s*\"([^\"]+)\"");
  private static final Pattern GLOB = Pattern.compile("\"glob\"\\s*:\\s*\"([^\"]+)\"");

  private static final SortedSet<String> JACKSON = new TreeSet<>();

  @BeforeAll
  static void readClasses() {
    JACKSON.addAll(JacksonTypes.of(Modules.importAll()));
  }

  /// Would a type that lacks its registration be seen? These are read, written and sent.
  @Test
  void typesThatJacksonReadsOrWritesAreFound() {
    assertThat(JACKSON)
        .contains(
            "dev.kumiai.generation.policy.SitePolicy",
            "dev.kumiai.generation.policy.OutgoingLog$Line",
            "dev.kumiai.protocol.task.TaskReport$ClassHits",
            "dev.kumiai.aggregation.run.GenerationPlan$Content",
            "dev.kumiai.kubernetes.resource.FederatedRunStatus$RoundSummary");
  }

  @ParameterizedTest
  @ValueSource(strings = {"aggregation", "cli", "generation", "kubernetes", "worker"})
  void whatAModuleReadsAndWritesIsRegistered(String module) throws IOException {
    String expected = registration(module);
    Path file = metadata(module).resolve("json/reachability-metadata.json");
    if (System.getProperty("regenerate") != null) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, expected);
    }

    assertThat(Files.readString(file)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"core", "protocol", "local-training"})
  void whatIsSentIsRegisteredInProtocol(String module) throws IOException {
    assertThat(found(metadata("protocol"), TYPE)).containsAll(of(module));
  }

  @ParameterizedTest
  @ValueSource(strings = {"core", "protocol", "engine", "worker"})
  void everyResourceOfALibraryIsRegistered(String module) throws IOException {
    Path resources = Modules.sourcesOf(module).resolve("resources");
    try (Stream<Path> files =
        Files.isDirectory(resources) ? Files.walk(resources) : Stream.empty()) {
      List<String> read =
          files
              .filter(Files::isRegularFile)
              .map(file -> resources.relativize(file).toString())
              .filter(name -> !name.startsWith("META-INF/"))
              .toList();

      assertThat(found(metadata(module), GLOB)).containsAll(read);
    }
  }

  private static List<String> of(String module) {
    String prefix = "dev.kumiai." + module.replace("-", "") + ".";
    return JACKSON.stream().filter(name -> name.startsWith(prefix)).toList();
  }

  private static String registration(String module) {
    return of(module).stream()
        .map(
            name ->
                "    {\"type\": \"%s\", \"allDeclaredConstructors\": true, \"allDeclaredFields\": true, \"allDeclaredMethods\": true}"
                    .formatted(name))
        .collect(
            Collectors.joining(
                ",\n",
                """
                {
                  "comment": "Jackson reads and writes these by reflection, in files, the database, events or resources. NativeRegistrationTest finds them and writes this file.",
                  "reflection": [
                """,
                "\n  ]\n}\n"));
  }

  private static List<String> found(Path folder, Pattern what) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      String all =
          files
              .filter(file -> file.toString().endsWith(".json"))
              .map(NativeRegistrationTest::read)
              .collect(Collectors.joining());
      return what.matcher(all).results().map(NativeRegistrationTest::group).toList();
    }
  }

  private static String group(MatchResult match) {
    return match.group(1);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path metadata(String module) {
    return Modules.sourcesOf(module)
        .resolve("resources/META-INF/native-image/dev.kumiai/kumiai-" + module);
  }
}
