package dev.kumiai.worker.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.core.SiteId;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WorkerSettingsTest {

  @TempDir private Path root;
  private final Map<String, String> config = new HashMap<>();

  @BeforeEach
  void configure() throws IOException {
    Files.createDirectory(root.resolve("plant-a"));
    Files.createDirectory(root.resolve("plant-b"));
    config.put("kumiai.aggregator.url", "https://guild.example.com/kumiai");
    config.put("kumiai.enrolment-token", "join");
    config.put("kumiai.worker.data-root", root.toString());
    config.put("kumiai.worker.sites", "plant-a");
  }

  @Test
  void letsASingleSiteWaitForWorkAtTheAggregator() {
    WorkerSettings settings = check();

    assertThat(settings.aggregator()).isEqualTo(URI.create("https://guild.example.com/kumiai"));
    assertThat(settings.sites()).containsExactly(new SiteId("plant-a"));
    assertThat(settings.claimWait()).isEqualTo(Duration.ofSeconds(20));
    assertThat(settings.workDir()).isEqualTo(root.resolve(".kumiai"));
  }

  @Test
  void letsSitesThatShareADeviceAskInTurn() {
    config.put("kumiai.worker.sites", "plant-a, plant-b");

    assertThat(check().claimWait()).isZero();
  }

  @Test
  void namesEverythingThatIsMissingAtOnce() {
    config.clear();

    assertThat(mistakes())
        .extracting(Violation::where)
        .containsExactly(
            "kumiai.aggregator.url",
            "kumiai.enrolment-token",
            "kumiai.worker.data-root",
            "kumiai.worker.sites");
  }

  @ParameterizedTest
  @CsvSource({
    "kumiai.aggregator.url, ftp://x, no http",
    "kumiai.aggregator.url, guild:8080, no http",
    "kumiai.enrolment-token, ' ', not set",
    "kumiai.worker.data-root, /nowhere/at/all, no folder /nowhere/at/all",
    "kumiai.worker.sites, plant-c, private/<data set>",
    "kumiai.worker.sites, 'plant-a,plant-a', twice",
    "kumiai.worker.sites, Plant_A, lower-case",
    "kumiai.worker.threads, 0, from 1 to 1024",
    "kumiai.worker.claim-wait, PT61S, from 1 to 60 seconds",
    "kumiai.worker.claim-wait, PT0.01S, not 10 ms",
    "kumiai.worker.once, twice, 'is task or announce, or not set, not twice'",
    "kumiai.worker.once, TASK, 'is task or announce, or not set, not TASK'"
  })
  void saysWhatIsWrongWithAValue(String key, String value, String what) {
    config.put(key, value);

    assertThat(mistakes())
        .singleElement()
        .satisfies(
            mistake -> {
              assertThat(mistake.where()).isEqualTo(key);
              assertThat(mistake.what()).contains(what);
            });
  }

  @Test
  void worksOnUnlessItIsForOneThing() {
    assertThat(check().once()).isNull();

    config.put("kumiai.worker.once", " ");
    assertThat(check().once()).isNull();

    config.put("kumiai.worker.once", "task");
    assertThat(check().once()).isEqualTo(Once.TASK);

    config.put("kumiai.worker.once", "announce");
    config.put("kumiai.worker.sites", "plant-a,plant-b");
    assertThat(check().once()).isEqualTo(Once.ANNOUNCE);
  }

  @Test
  void aTaskIsOneSites() {
    config.put("kumiai.worker.once", "task");
    config.put("kumiai.worker.sites", "plant-a,plant-b");

    assertThat(mistakes())
        .containsExactly(
            new Violation(
                "kumiai.worker.once", "a task is one site's, and kumiai.worker.sites names 2"));
  }

  @Test
  void neverShowsTheToken() {
    assertThat(check().toString()).doesNotContain("join");
  }

  private List<Violation> mistakes() {
    List<Violation> found = new ArrayList<>();
    assertThatThrownBy(this::check)
        .isInstanceOfSatisfying(KumiaiException.Invalid.class, e -> found.addAll(e.violations()));
    return found;
  }

  private WorkerSettings check() {
    return WorkerSettings.check(
        () -> value("kumiai.aggregator.url").map(URI::create),
        value("kumiai.enrolment-token"),
        new Config());
  }

  private Optional<String> value(String key) {
    return Optional.ofNullable(config.get(key));
  }

  /// Reads the test's values as the framework would.
  private final class Config implements WorkerConfig {
    @Override
    public Optional<Path> dataRoot() {
      return value("kumiai.worker.data-root").map(Path::of);
    }

    @Override
    public Optional<List<String>> sites() {
      return value("kumiai.worker.sites").map(names -> List.of(names.split(",", -1)));
    }

    @Override
    public Optional<Path> workDir() {
      return value("kumiai.worker.work-dir").map(Path::of);
    }

    @Override
    public Optional<Path> models() {
      return Optional.empty();
    }

    @Override
    public Optional<String> once() {
      return value("kumiai.worker.once");
    }

    @Override
    public int threads() {
      return Integer.parseInt(config.getOrDefault("kumiai.worker.threads", "1"));
    }

    @Override
    public Duration claimWait() {
      return Duration.parse(config.getOrDefault("kumiai.worker.claim-wait", "PT20S"));
    }
  }
}
