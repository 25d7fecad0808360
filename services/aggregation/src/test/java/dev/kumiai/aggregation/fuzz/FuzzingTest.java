package dev.kumiai.aggregation.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Digest;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Jazzer, a fuzzer that is led by coverage, looks for inputs that crash, hang or take too much
/// memory, from the corpus on; each target in a process of its own with little memory.
///
/// It searches for `-Dfuzz.seconds` per target, two minutes and a start. What it finds beyond the
/// corpus lies in `target/fuzz/<target>/corpus`; `-Dfuzz.grow` adds to the committed corpus what
/// leads somewhere new.
@Tag("slow")
class FuzzingTest {

  private static final Logger LOG = Logger.getLogger(FuzzingTest.class);
  private static final int SECONDS = Integer.getInteger("fuzz.seconds", 130);
  private static final boolean GROW = System.getProperty("fuzz.grow") != null;

  /// By the clock, and for one input: generous, since a hang does not end at all.
  private static final int HANG_SECONDS = 30;

  private static final Pattern NEEDED =
      Pattern.compile(
          "/(kumiai-|jazzer|jackson-|hibernate-validator-|jakarta\\.(validation|el|inject|enterprise)"
              + "|expressly|jboss-logging-|classmate|jspecify|snakeyaml|quarkus-core-[0-9]"
              + "|smallrye-config-core|microprofile-config)[^/]*$");

  private static final Pattern RUNS = Pattern.compile("Done (\\d+) runs in (\\d+) second");

  @Test
  void nothingCrashesHangsOrRunsOutOfMemory() throws IOException, InterruptedException {
    Map<FuzzTarget, Process> searching = new EnumMap<>(FuzzTarget.class);
    try {
      for (FuzzTarget target : FuzzTarget.values()) {
        searching.put(
            target,
            start(
                target,
                "fuzz",
                List.of("-max_total_time=" + SECONDS, found(target), target.corpus().toString())));
      }
      for (Map.Entry<FuzzTarget, Process> search : searching.entrySet()) {
        int status = search.getValue().waitFor();
        requireNothingFound(search.getKey(), status);
      }
    } finally {
      for (Process search : searching.values()) {
        search.descendants().forEach(ProcessHandle::destroyForcibly);
        search.destroyForcibly();
      }
    }
    if (GROW) {
      for (FuzzTarget target : FuzzTarget.values()) {
        assertThat(
                start(
                        target,
                        "merge",
                        List.of("-merge=1", target.corpus().toString(), found(target)))
                    .waitFor())
            .isZero();
      }
    }
  }

  private static void requireNothingFound(FuzzTarget target, int status) throws IOException {
    String said = Files.readString(folder(target).resolve("fuzz.log"));
    assertThat(status)
        .as(
            "the fuzzer of %s found something; put the input into its corpus and mend it. It lies in %s:\n%s",
            target, folder(target), tail(said))
        .isZero();
    Matcher runs = RUNS.matcher(said);
    assertThat(runs.find()).as(tail(said)).isTrue();
    LOG.infof(
        "fuzzed target=%s inputs=%s seconds=%s corpus=%d",
        target, runs.group(1), runs.group(2), target.inputs().size());
    assertThat(Long.parseLong(runs.group(1))).as("inputs tried").isGreaterThan(1_000);
  }

  /// By way of a shell: on Linux the peak of a process begins with that of who started it, which is
  /// this process, and libFuzzer would take that for the input's.
  private static Process start(FuzzTarget target, String name, List<String> arguments)
      throws IOException {
    Path seeds = Files.createDirectories(Path.of(found(target)));
    if (target == FuzzTarget.JSON) {
      for (byte[] input : JsonBodies.empty()) {
        Files.write(seeds.resolve("empty-" + Digest.of(input).hex()), input);
      }
    }
    List<String> command =
        new ArrayList<>(
            List.of(
                "sh",
                "-c",
                "\"$@\"; exit $?",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-Djava.io.tmpdir=" + memory(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                classPath(),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.type().getName(),
                "--instrumentation_includes=dev.kumiai.**:com.fasterxml.jackson.core.json.**",
                "--custom_hook_excludes=**",
                "--disabled_hooks=*",
                "--reproducer_path=" + folder(target),
                "-dict=" + target.dictionary(),
                "-max_len=" + target.longestInput(),
                "-timeout=" + HANG_SECONDS,
                "-rss_limit_mb=1024",
                "-print_final_stats=1",
                "-artifact_prefix=" + folder(target) + File.separator));
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder(target).resolve(name + ".log").toFile())
        .start();
  }

  /// The classes of tests and service, and the libraries that they need for what is fuzzed: Jazzer
  /// looks into every jar, which takes more memory than an input may.
  private static String classPath() {
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Stream.of(all.split(File.pathSeparator, -1))
        .filter(path -> !path.endsWith(".jar") || NEEDED.matcher(path).find())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /// Inputs are files, and written more often than a disk likes.
  private static Path memory() {
    Path shared = Path.of("/dev/shm");
    return Files.isWritable(shared) ? shared : Path.of(System.getProperty("java.io.tmpdir"));
  }

  private static Path folder(FuzzTarget target) {
    return Path.of("target", "fuzz", target.name());
  }

  private static String found(FuzzTarget target) {
    return folder(target).resolve("corpus").toString();
  }

  private static String tail(String text) {
    List<String> lines = text.lines().toList();
    try (Stream<String> last = lines.stream().skip(Math.max(0, lines.size() - 40))) {
      return String.join("\n", last.toList());
    }
  }
}
