package dev.kumiai.aggregation;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/// An aggregator with a folder of its own, in which time passes only when a test says so.
public class TemporaryAggregator implements QuarkusTestResourceLifecycleManager {

  static final String ENROLMENT_TOKEN = "token-of-the-tests";

  private Path data = Path.of("unset");

  @Override
  public Map<String, String> start() {
    try {
      data = Files.createTempDirectory("aggregator");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Map.of(
        "kumiai.aggregator.data", data.toString(),
        "kumiai.aggregator.reserve", "0",
        "kumiai.enrolment-token", ENROLMENT_TOKEN,
        "quarkus.http.test-port", "0",
        "quarkus.scheduler.enabled", "false");
  }

  @Override
  public void stop() {
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
