package dev.kumiai.aggregation;

import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.client.Credential;
import dev.kumiai.protocol.client.RequestContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The packaged aggregator as a process of its own, that can be killed.
final class AggregatorProcess implements AutoCloseable {

  private static final Pattern LISTENING = Pattern.compile("Listening on: http://[^:]+:(\\d+)");

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path data;
  private final Map<String, String> config;
  private final List<String> jvm;
  private final Path log;
  private final Process process;
  private int port;

  private AggregatorProcess(Path data, Map<String, String> config, List<String> jvm, int port)
      throws IOException {
    this.data = data;
    this.config = config;
    this.jvm = jvm;
    this.port = port;
    this.log =
        Files.createTempFile(Files.createDirectories(data.getParent()), "aggregator-", ".log");
    this.process =
        new ProcessBuilder(command())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
  }

  /// Starts on any free port.
  ///
  /// @param config beside the folder and the enrolment token
  static AggregatorProcess start(Path data, Map<String, String> config) throws IOException {
    return start(data, config, List.of());
  }

  /// @param jvm options for the JVM
  static AggregatorProcess start(Path data, Map<String, String> config, List<String> jvm)
      throws IOException {
    return launch(data, config, jvm).awaitListening();
  }

  /// Starts on any free port, and does not wait for it.
  ///
  /// @param jvm options for the JVM
  static AggregatorProcess launch(Path data, Map<String, String> config, List<String> jvm)
      throws IOException {
    return new AggregatorProcess(data, config, jvm, 0);
  }

  private List<String> command() {
    List<String> options =
        new ArrayList<>(
            List.of(
                "-Xmx256m",
                "-Dkumiai.aggregator.data=" + data,
                "-Dkumiai.enrolment-token=" + TemporaryAggregator.ENROLMENT_TOKEN,
                "-Dkumiai.api-key=" + TemporaryAggregator.API_KEY,
                "-Dkumiai.limits.requests-per-second=10000",
                "-Dquarkus.http.port=" + port));
    options.addAll(jvm);
    config.forEach((key, value) -> options.add("-D" + key + "=" + value));
    return Packaged.command(
        Path.of(""), List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"), options);
  }

  AggregatorProcess awaitListening() {
    String said =
        Aggregator.await(this::said, text -> LISTENING.matcher(text).find() || !process.isAlive());
    Matcher matcher = LISTENING.matcher(said);
    if (!matcher.find()) {
      throw new AssertionError("the aggregator did not start:\n" + said);
    }
    port = Integer.parseInt(matcher.group(1));
    return this;
  }

  /// Removes every model and update that the aggregators of a folder keep. Runs of the same seed
  /// make the same files: what an earlier one left would hide that a later one lost it.
  static void removeArtifacts(Path data) {
    try (Stream<Path> files = Files.walk(data.resolve("artifacts"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Everything it said so far.
  String said() {
    return read(log);
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /// The aggregator as its administrator sees it.
  AggregatorClient client() {
    return new AggregatorClient(address(), Credential.of(TemporaryAggregator.API_KEY));
  }

  /// The same of any replica, by a client that does not wait long for one that is dead.
  static AggregatorClient client(URI address) {
    return new AggregatorClient(
        address, Credential.of(TemporaryAggregator.API_KEY), TinySite.TIMING, RequestContext.NONE);
  }

  /// SIGTERM.
  void terminate() {
    process.destroy();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /// Whether the process ends by itself.
  boolean awaitEnd() throws InterruptedException {
    return process.waitFor(PATIENCE);
  }

  /// kill -9.
  void kill() {
    process.destroyForcibly();
    awaitExit();
  }

  /// Waits until it has ended.
  ///
  /// @return its exit status, 137 after a kill -9
  int awaitExit() {
    try {
      if (!process.waitFor(PATIENCE)) {
        throw new AssertionError("the aggregator still lives:\n" + said());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /// Another process on the same folder and port, not waited for.
  AggregatorProcess launchAgain() throws IOException {
    return new AggregatorProcess(data, config, jvm, port);
  }

  /// kill -9, and another process on the same folder and port.
  AggregatorProcess killAndStartAgain() throws IOException, InterruptedException {
    kill();
    return launchAgain().awaitListening();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
