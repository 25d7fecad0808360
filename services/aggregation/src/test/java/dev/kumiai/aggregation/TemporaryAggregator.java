package dev.kumiai.aggregation;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// An aggregator with a folder of its own, in which time passes only when a test says so.
public class TemporaryAggregator implements QuarkusTestResourceLifecycleManager {

  public static final String ENROLMENT_TOKEN = "token-of-the-tests";

  /// Of the administrator as whom tests act that say nothing else.
  public static final String API_KEY = "api-key-of-the-tests";

  private Path data = Path.of("unset");
  private @Nullable PostgresServer postgres;

  @Override
  public Map<String, String> start() {
    Map<String, String> config = new HashMap<>();
    try {
      data = Files.createTempDirectory("aggregator");
      if (OnPostgres.CHOSEN) {
        postgres = PostgresServer.start();
        config.putAll(postgres.config());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    config.put("kumiai.aggregator.data", data.toString());
    config.put("kumiai.aggregator.reserve", "0");
    config.put("kumiai.enrolment-token", ENROLMENT_TOKEN);
    config.put("kumiai.api-key", API_KEY);
    config.put("kumiai.limits.requests-per-second", "1000000");
    config.put("kumiai.limits.failures-per-minute", "1000000");
    config.put("quarkus.http.test-port", "0");
    config.put("quarkus.scheduler.enabled", "false");
    return config;
  }

  @Override
  public void stop() {
    if (postgres != null) {
      postgres.close();
    }
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
