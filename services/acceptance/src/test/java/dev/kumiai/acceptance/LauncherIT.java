package dev.kumiai.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `./kumiai`, the one command of a checkout.
class LauncherIT {

  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir private Path folder;

  /// What the launcher said and how it ended.
  private record Ended(int status, String said) {}

  private Ended kumiai(Map<String, String> environment, String... arguments) {
    return kumiai(Checkout.ROOT.resolve("kumiai"), environment, arguments);
  }

  private Ended kumiai(Path launcher, Map<String, String> environment, String... arguments) {
    Map<String, String> all = new HashMap<>(Map.of("KUMIAI_SKIP_BUILD", "1"));
    all.putAll(environment);
    List<String> command =
        Stream.concat(Stream.of("bash", launcher.toString()), Stream.of(arguments)).toList();
    try (Service service = Service.start("kumiai", folder, all, command)) {
      int status = service.awaitExit(SOON);
      return new Ended(status, service.said());
    }
  }

  private Map<String, String> withJdk() {
    return Map.of("JAVA_HOME", System.getProperty("java.home"));
  }

  /// A machine on which nothing but `jdks` holds a JDK.
  private static Map<String, String> onlyJdksIn(Path jdks) {
    return Map.of(
        "JAVA_HOME", "",
        "PATH", "/nonexistent",
        "KUMIAI_JDKS", jdks.toString(),
        // Executables need no JDK.
        "KUMIAI_NATIVE", "");
  }

  /// What looks like a JDK and tells that version.
  private static void fakeJdk(Path home, String version) throws Exception {
    Path bin = Files.createDirectories(home.resolve("bin"));
    String script = "#!/bin/sh\necho 'openjdk version \"" + version + "\" 2026-01-20' >&2\n";
    for (String tool : List.of("java", "javac")) {
      Path file = Files.writeString(bin.resolve(tool), script);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  @Test
  void withoutAJdkItSaysInOneSentenceWhatToInstall() {
    Ended ended = kumiai(onlyJdksIn(folder.resolve("none")), "demo");

    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.said().lines())
        .singleElement()
        .asString()
        .startsWith("kumiai: no JDK 25 or newer is on this machine: install one");
  }

  @Test
  void aJdkThatIsTooOldIsNoJdk() throws Exception {
    fakeJdk(folder.resolve("jdks/jdk-25-by-its-name-only"), "17.0.12");

    Ended ended = kumiai(onlyJdksIn(folder.resolve("jdks")), "--version");

    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.said()).contains("no JDK 25 or newer");
  }

  @Test
  void aNewerJdkBesideAnOlderOneIsFound() throws Exception {
    fakeJdk(folder.resolve("my jdks/a-old"), "21.0.1");
    Path current = folder.resolve("my jdks/b-current");
    Files.createSymbolicLink(current, Path.of(System.getProperty("java.home")));

    Ended ended = kumiai(onlyJdksIn(folder.resolve("my jdks")), "--version");

    Files.delete(current);
    assertThat(ended.said()).startsWith("kumiai ");
    assertThat(ended.status()).isZero();
  }

  @Test
  void aJavaHomeThatIsTooOldIsPassedOver() throws Exception {
    fakeJdk(folder.resolve("old"), "11.0.2");
    Path path = Path.of(System.getProperty("java.home"), "bin");

    Ended ended =
        kumiai(
            Map.of("JAVA_HOME", folder.resolve("old").toString(), "PATH", path + ":/usr/bin:/bin"),
            "--version");

    assertThat(ended.status()).isZero();
  }

  @Test
  void startsFromAnyFolderByALinkAndWithSpacesInItsPath() throws Exception {
    Path checkout = Files.createDirectories(folder.resolve("my checkout"));
    Files.copy(
        Checkout.ROOT.resolve("kumiai"),
        checkout.resolve("kumiai"),
        StandardCopyOption.COPY_ATTRIBUTES);
    Path services =
        Files.createSymbolicLink(checkout.resolve("services"), Checkout.ROOT.resolve("services"));
    Path link =
        Files.createSymbolicLink(folder.resolve("kumiai link"), Path.of("my checkout/kumiai"));

    Ended ended = kumiai(link, withJdk(), "--version");

    Files.delete(services);
    assertThat(ended.said()).startsWith("kumiai ");
    assertThat(ended.status()).isZero();
  }

  @Test
  void itsHelpNeedsNoJdkAndNamesEveryVerb() {
    Ended help = kumiai(onlyJdksIn(folder.resolve("none")), "--help");

    Ended known = kumiai(withJdk(), "bogus");

    assertThat(help.status()).isZero();
    List<String> verbs =
        known
            .said()
            .lines()
            .dropWhile(line -> !line.startsWith("Commands:"))
            .skip(1)
            .filter(line -> line.startsWith("  ") && !line.startsWith("   "))
            .map(line -> line.strip().split(" ", -1)[0])
            .toList();
    assertThat(verbs).contains("demo", "run");
    assertThat(verbs).allSatisfy(verb -> assertThat(help.said()).contains("\n  " + verb + " "));
    assertThat(known.status()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "pilot",
        "run submit",
        "run watch",
        "run list",
        "run cancel",
        "ledger verify",
        "ledger show",
        "ledger export",
        "ledger key",
        "replay",
        "sites"
      })
  void everyVerbHasHelp(String verb) {
    Ended ended = kumiai(withJdk(), (verb + " --help").split(" ", -1));

    assertThat(ended.status()).isZero();
    assertThat(ended.said()).startsWith("Usage: kumiai " + verb);
  }

  @ParameterizedTest
  @ValueSource(strings = {"partition", "generator train", "generator sample"})
  void aDelegatedVerbHasTheHelpOfItsService(String verb) {
    Ended ended = kumiai(withJdk(), (verb + " --help").split(" ", -1));

    assertThat(ended.status()).isZero();
    assertThat(ended.said()).startsWith("Usage: ").contains("--out");
  }

  @Test
  void anAggregatorThatIsNotThereIsToldInOneSentence() {
    Ended ended = kumiai(withJdk(), "run", "list", "--server", "http://127.0.0.1:9");

    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.said().lines())
        .singleElement()
        .asString()
        .contains("http://127.0.0.1:9")
        .endsWith("[aggregator-unreachable]");
  }
}
