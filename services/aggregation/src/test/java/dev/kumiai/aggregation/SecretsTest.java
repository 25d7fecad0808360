package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class SecretsTest {

  private final Aggregator aggregator;

  @Inject
  SecretsTest(Aggregator aggregator) {
    this.aggregator = aggregator;
  }

  @AfterEach
  void endWhatIsLeft() {
    aggregator.close();
  }

  /// Keeps what is logged.
  private static final class Listener extends Handler {
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();

    @Override
    public void publish(LogRecord line) {
      lines.add(new SimpleFormatter().format(line));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @Test
  void logsSayWhichRunRoundSiteTaskAndAttemptAndNoSecret() {
    Listener log = new Listener();
    Logger root = Logger.getLogger("");
    root.addHandler(log);
    try {
      TinySite a = aggregator.site("a", 1, 1, 1);
      String token = a.token();
      RunId run = aggregator.startInitialized(new TinySpec(a), a);
      a.workOnce(TaskKind.TRAIN);
      aggregator.awaitEnd(run);

      String all = String.join("", log.lines);
      assertThat(all)
          .containsPattern(
              "weights accepted run=%s round=1 site=%s task=[-0-9a-f]{36} kind=TRAIN attempt=1"
                  .formatted(run, a.id()))
          .doesNotContain(token)
          .doesNotContain("Bearer ")
          .doesNotContain("Authorization")
          .doesNotContain(TemporaryAggregator.API_KEY)
          .doesNotContain(TemporaryAggregator.ENROLMENT_TOKEN);
    } finally {
      root.removeHandler(log);
    }
  }
}
