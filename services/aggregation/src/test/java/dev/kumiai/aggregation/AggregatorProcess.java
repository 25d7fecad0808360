package dev.kumiai.aggregation;

import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.client.Credential;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The packaged aggregator as a process of its own, that can be killed.
final class AggregatorProcess implements AutoCloseable {

  private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");
  private static final Pattern LISTENING = Pattern.compile("Listening on: http://[^:]+:(\\d+)");

  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final Path data;
  private final Map<String, String> config;
  private final Process process;
  private final int port;

  private AggregatorProcess(Path data, Map<String, String> config, Process process, int port) {
    this.data = data;
    this.config = config;
    this.process = process;
    this.port = port;
  }

  /// Starts on any free port.
  ///
  /// @param config beside the folder and the enrolment token
  static AggregatorProcess start(Path data, Map<String, String> config) throws IOException {
    return start(data, config, List.of());
  }

  /// @param options of the Java machine
  static AggregatorProcess start(Path data, Map<String, String> config, List<String> options)
      throws IOException {
    return start(data, config, options, 0);
  }

  private static AggregatorProcess start(
      Path data, Map<String, String> config, List<String> options, int port) throws IOException {
    Path log = Files.createTempFile(data.getParent(), "aggregator-", ".log");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Dkumiai.aggregator.data=" + data,
                "-Dkumiai.enrolment-token=" + TemporaryAggregator.ENROLMENT_TOKEN,
                "-Dkumiai.api-key=" + TemporaryAggregator.API_KEY,
                "-Dquarkus.http.port=" + port));
    command.addAll(options);
    config.forEach((key, value) -> command.add("-D" + key + "=" + value));
    command.addAll(List.of("-jar", JAR.toString()));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    String said =
        Aggregator.await(
            () -> read(log), text -> LISTENING.matcher(text).find() || !process.isAlive());
    Matcher matcher = LISTENING.matcher(said);
    if (!matcher.find()) {
      throw new AssertionError("the aggregator did not start:\n" + said);
    }
    return new AggregatorProcess(data, config, process, Integer.parseInt(matcher.group(1)));
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

  /// kill -9, and another process on the same folder and port.
  AggregatorProcess killAndStartAgain() throws IOException, InterruptedException {
    process.destroyForcibly().waitFor();
    return start(data, config, List.of(), port);
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
    return process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
