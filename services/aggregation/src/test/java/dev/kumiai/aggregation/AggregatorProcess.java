package dev.kumiai.aggregation;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The packaged aggregator as a process of its own, that can be killed.
final class AggregatorProcess implements AutoCloseable {

  private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");
  private static final Pattern LISTENING = Pattern.compile("Listening on: http://[^:]+:(\\d+)");

  private final Process process;
  private final int port;

  private AggregatorProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /// Starts on any free port.
  static AggregatorProcess start(Path data) throws IOException {
    return start(data, 0);
  }

  private static AggregatorProcess start(Path data, int port) throws IOException {
    Path log = Files.createTempFile(data.getParent(), "aggregator-", ".log");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-XX:TieredStopAtLevel=1",
                    "-Dkumiai.aggregator.data=" + data,
                    "-Dkumiai.enrolment-token=" + TemporaryAggregator.ENROLMENT_TOKEN,
                    "-Dquarkus.http.port=" + port,
                    "-jar",
                    JAR.toString()))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    String said =
        Aggregator.await(
            () -> read(log), text -> LISTENING.matcher(text).find() || !process.isAlive());
    Matcher matcher = LISTENING.matcher(said);
    if (!matcher.find()) {
      throw new AssertionError("the aggregator did not start:\n" + said);
    }
    return new AggregatorProcess(process, Integer.parseInt(matcher.group(1)));
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

  /// kill -9, and another process on the same folder and port.
  AggregatorProcess killAndStartAgain(Path data) throws IOException, InterruptedException {
    process.destroyForcibly().waitFor();
    return start(data, port);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
