package dev.kumiai.aggregation.event;

import dev.kumiai.aggregation.config.EventConfig;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Sends the next events of a channel.
///
/// The channel's row stays locked while they are sent, so that no other replica sends them, too.
/// The lock is the database's: it needs no clock, and it is gone with the process that held it.
/// What was acknowledged is noted in the same transaction; who dies before that leaves it to the
/// next to send it again, with the same ids.
@ApplicationScoped
class SendEvents {

  /// What one pass has in memory at most; also how many are sent again after a kill at most.
  private static final int MOST = 100;

  /// What a transaction may take beside waiting for acknowledgements.
  private static final int MARGIN_SECONDS = 30;

  private final Outbox outbox;
  private final EventSink sink;
  private final EventConfig config;

  SendEvents(Outbox outbox, EventSink sink, EventConfig config) {
    this.outbox = outbox;
    this.sink = sink;
    this.config = config;
  }

  /// What became of one pass.
  ///
  /// @param more whether there is probably more to send
  /// @param failure why not all were sent; null when they were
  record Pass(boolean more, @Nullable String failure) {}

  @Transactional
  int givePlaces() {
    return outbox.givePlaces(MOST);
  }

  @Transactional
  int forget(Instant before) {
    return outbox.forget(before);
  }

  Pass send(EventChannel channel) {
    int seconds = Math.toIntExact(config.sendTimeout().toSeconds()) + MARGIN_SECONDS;
    return QuarkusTransaction.requiringNew().timeout(seconds).call(() -> sendLocked(channel));
  }

  private Pass sendLocked(EventChannel channel) {
    OptionalLong sent = outbox.lock(channel);
    if (sent.isEmpty()) {
      return new Pass(false, null);
    }
    List<Placed> events = outbox.after(channel, sent.getAsLong(), MOST);
    Delivery.Result result = Delivery.send(events, sink, config.sendTimeout());
    if (result.acknowledged() > 0) {
      outbox.sent(channel, events.get(result.acknowledged() - 1).place());
    }
    return new Pass(events.size() == MOST, result.failure());
  }
}
