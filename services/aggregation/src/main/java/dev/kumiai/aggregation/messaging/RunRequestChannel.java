package dev.kumiai.aggregation.messaging;

import dev.kumiai.aggregation.config.EventConfig;
import dev.kumiai.aggregation.request.RawRequest;
import dev.kumiai.aggregation.request.RequestKey;
import dev.kumiai.aggregation.request.TakeRunRequest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.protocol.client.Backoff;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.reactive.messaging.annotations.Blocking;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.header.Header;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Takes requests from a topic, one after the other. Each is acknowledged when what came of it is
/// committed; one that comes again, after a crash or a rebalance, is known by its id.
@ApplicationScoped
class RunRequestChannel {

  private static final Logger LOG = Logger.getLogger(RunRequestChannel.class);

  private static final byte[] NO_BODY = {};

  private final TakeRunRequest takeRunRequest;
  private final Backoff backoff;
  private final CountDownLatch stopping = new CountDownLatch(1);

  RunRequestChannel(TakeRunRequest takeRunRequest, EventConfig config) {
    this.takeRunRequest = takeRunRequest;
    this.backoff = new Backoff(config.retryDelay(), config.maxRetryDelay());
  }

  void stop(@Observes ShutdownEvent event) {
    stopping.countDown();
  }

  /// Waits where the database is away: the requests behind this one could not be taken either.
  @Incoming("run-requests")
  @Blocking
  void take(byte @Nullable [] body, IncomingKafkaRecordMetadata<byte[], byte[]> record)
      throws InterruptedException {
    RawRequest request =
        new RawRequest(place(record), headers(record), body == null ? NO_BODY : body);
    for (int failures = 1; !taken(request); failures++) {
      long pause = backoff.after(failures, ThreadLocalRandom.current()).toNanos();
      if (stopping.await(pause, TimeUnit.NANOSECONDS)) {
        // Not acknowledged: the next process takes it.
        throw new KumiaiException.Unavailable("shutting-down", "the aggregator is stopping", null);
      }
    }
  }

  private boolean taken(RawRequest request) {
    try {
      takeRunRequest.take(request);
      return true;
    } catch (KumiaiException.Unavailable e) {
      LOG.warnf("request waits: %s", e.getMessage());
      return false;
    }
  }

  private static RequestKey place(IncomingKafkaRecordMetadata<byte[], byte[]> record) {
    return new RequestKey(
        "kafka:" + record.getTopic() + "/" + record.getPartition(),
        String.valueOf(record.getOffset()));
  }

  private static Map<String, String> headers(IncomingKafkaRecordMetadata<byte[], byte[]> record) {
    Map<String, String> headers = new HashMap<>();
    for (Header header : record.getHeaders()) {
      if (header.value() != null) {
        headers.put(
            header.key().toLowerCase(Locale.ROOT),
            new String(header.value(), StandardCharsets.UTF_8));
      }
    }
    return headers;
  }
}
