package dev.kumiai.acceptance.helm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.acceptance.Checkout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The container files agree with the project, and `k8s/images` says what it lacks. That they build
/// is for where a container engine runs.
class ContainerFilesTest {

  @ParameterizedTest
  @CsvSource({
    "aggregation, jvm",
    "local-training, jvm",
    "generation, jvm",
    "local-training, cuda",
    "generation, cuda"
  })
  void eachRunsAsSomebodyWithTheProjectsVersionAndTheOptionsThatJavaNeeds(
      String service, String flavor) throws IOException {
    String file = Files.readString(file(service, flavor));

    assertThat(last(file, "USER")).isEqualTo("1001:1001");
    assertThat(last(file, "ARG VERSION=")).isEqualTo(ofPom("version"));
    assertThat(Chart.YAML.readTree(last(file, "ENTRYPOINT")).valueStream())
        .extracting(word -> word.asText())
        .startsWith("java")
        .contains(
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow")
        .endsWith("-jar", "/app/quarkus-run.jar");
    assertThat(file)
        .contains("FROM ${BASE_IMAGE}${BASE_DIGEST}")
        .contains("COPY target/bom.json /sbom/kumiai-" + service + ".cdx.json")
        .contains("org.opencontainers.image.title=\"kumiai-" + service + "\"");
    // What `.dockerignore` lets in is all that is copied.
    assertThat(file.lines().filter(line -> line.startsWith("COPY target/")))
        .allMatch(line -> line.matches("COPY target/(quarkus-app/\\S+|bom.json) \\S+"));
  }

  @ParameterizedTest
  @CsvSource({
    "aggregation, native",
    "local-training, native",
    "generation, native",
    "local-training, native-cuda",
    "generation, native-cuda"
  })
  void anExecutableIsCompiledInTheFirstStageAndStandsAloneInTheLast(String service, String flavor)
      throws IOException {
    String file = Files.readString(file(service, flavor));
    String executable = "/app/kumiai-" + service;

    assertThat(last(file, "USER")).isEqualTo("1001:1001");
    assertThat(last(file, "ARG VERSION=")).isEqualTo(ofPom("version"));
    assertThat(Chart.YAML.readTree(last(file, "ENTRYPOINT")).valueStream())
        .extracting(word -> word.asText())
        .startsWith(executable)
        .allMatch(word -> word.equals(executable) || word.startsWith("-"));
    assertThat(file)
        .contains("FROM ${BUILDER_IMAGE}${BUILDER_DIGEST} AS builder")
        .contains("native-build/build " + service)
        .contains("target/kumiai-" + service + "-runner " + executable)
        .contains("/sbom/kumiai-" + service + ".cdx.json")
        .contains("org.opencontainers.image.title=\"kumiai-" + service + "\"");
    // The checkout goes into the first stage alone, without what was built outside.
    assertThat(file.substring(file.lastIndexOf("\nFROM ")).lines())
        .filteredOn(line -> line.startsWith("COPY "))
        .allMatch(line -> line.startsWith("COPY --from="));
    assertThat(Files.readAllLines(file(service, flavor + ".dockerignore")))
        .contains(".git", "**/target");
  }

  @ParameterizedTest
  @CsvSource({
    "local-training, cuda",
    "generation, cuda",
    "local-training, native-cuda",
    "generation, native-cuda"
  })
  void cudaIsTheLibtorchThatTheEngineIsBuiltFor(String service, String flavor) throws IOException {
    String file = Files.readString(file(service, flavor));

    assertThat(last(file, "ARG LIBTORCH_VERSION=")).isEqualTo(ofPom("libtorch.version"));
    if (flavor.equals("cuda")) {
      // An executable has its half of the engine beside it, and asks for no version.
      assertThat(file).contains("PYTORCH_VERSION=" + ofPom("libtorch.version"));
    }
    assertThat(file)
        .contains("PYTORCH_LIBRARY_PATH=/opt/libtorch/lib")
        .contains("COPY --from=libtorch /opt/libtorch/lib/ /opt/libtorch/lib/");
  }

  @Test
  void withoutAnythingThatMakesImagesTheScriptSaysSo(@TempDir Path folder) throws Exception {
    assertThat(images(folder))
        .startsWith("k8s/images: nothing here makes images: install docker or podman and start it");
  }

  @Test
  void whatIsNotPackagedIsNamed(@TempDir Path folder) throws Exception {
    Path engine = Files.writeString(folder.resolve("podman"), "#!/bin/sh\nexit 0\n");
    assertThat(engine.toFile().setExecutable(true)).isTrue();

    assertThat(images(folder, "generation"))
        .isEqualTo(
            "k8s/images: services/generation is not packaged: run the command that --help tells.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --for kaniko        | k8s/images: --for is cluster, docker or podman, not 'kaniko'.
          --for docker        | k8s/images: docker is not installed or does not answer: 'docker info' says why.
          --tag               | k8s/images: --tag takes a value: see --help.
          cli                 | k8s/images: there is no option or service 'cli': see --help.
          """)
  void everyBadOptionIsOneSentence(String options, String said, @TempDir Path folder)
      throws Exception {
    assertThat(images(folder, options.split(" "))).isEqualTo(said);
  }

  /// Runs a copy of the script in a checkout that was never built, with nothing but the folder and
  /// a few tools on the path.
  private static String images(Path folder, String... arguments) throws Exception {
    Path checkout = Files.createDirectories(folder.resolve("checkout/k8s")).getParent();
    Files.copy(Checkout.ROOT.resolve("k8s/images"), checkout.resolve("k8s/images"));
    Files.copy(Checkout.ROOT.resolve("pom.xml"), checkout.resolve("pom.xml"));
    for (String tool : List.of("sed", "dirname")) {
      String script = "#!/bin/sh\nPATH=/usr/bin:/bin exec " + tool + " \"$@\"\n";
      assertThat(Files.writeString(folder.resolve(tool), script).toFile().setExecutable(true))
          .isTrue();
    }
    List<String> command =
        Stream.concat(
                Stream.of("/bin/bash", checkout.resolve("k8s/images").toString()),
                Stream.of(arguments))
            .toList();
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(Map.of("PATH", folder.toString()));
    Process process = builder.start();
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isEqualTo(1);
    return said;
  }

  private static Path file(String service, String flavor) {
    return Checkout.ROOT
        .resolve("services")
        .resolve(service)
        .resolve("src/main/docker/Dockerfile." + flavor);
  }

  /// What follows the last line that begins with a word.
  private static String last(String file, String word) {
    return file.lines()
        .filter(line -> line.startsWith(word))
        .reduce((_, last) -> last)
        .orElseThrow(() -> new AssertionError("no " + word))
        .substring(word.length())
        .strip();
  }

  private static String ofPom(String element) throws IOException {
    Matcher matcher =
        Pattern.compile("<" + element + ">([^<]+)</" + element + ">")
            .matcher(Files.readString(Checkout.ROOT.resolve("pom.xml")));
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }
}
