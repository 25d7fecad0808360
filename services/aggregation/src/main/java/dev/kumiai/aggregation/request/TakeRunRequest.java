package dev.kumiai.aggregation.request;

import dev.kumiai.aggregation.access.Actor;
import dev.kumiai.aggregation.access.Actors;
import dev.kumiai.aggregation.event.EventChannel;
import dev.kumiai.aggregation.event.EventId;
import dev.kumiai.aggregation.event.EventWriter;
import dev.kumiai.aggregation.run.Outage;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.protocol.event.EventData;
import dev.kumiai.protocol.event.EventType;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Does what a message asks for, once. A request is noted in the transaction of what it brings
/// about, so one that comes again finds what came of it and nothing happens twice. An event answers
/// it.
@ApplicationScoped
public class TakeRunRequest {

  private static final Logger LOG = Logger.getLogger(TakeRunRequest.class);

  /// The chain of the answers.
  private static final String CHAIN = "run-requests";

  private final RunRequestStore requests;
  private final RequestVerbs verbs;
  private final EventWriter events;
  private final Actors actors;
  private final Outage outage;
  private final Clock clock;

  TakeRunRequest(
      RunRequestStore requests,
      RequestVerbs verbs,
      EventWriter events,
      Actors actors,
      Outage outage,
      Clock clock) {
    this.requests = requests;
    this.verbs = verbs;
    this.events = events;
    this.actors = actors;
    this.outage = outage;
    this.clock = clock;
  }

  /// Does it, or says why not. A message that makes no sense is refused, too: it must not keep
  /// those behind it waiting.
  ///
  /// @throws KumiaiException.Unavailable when it is to be tried again
  public Outcome take(RawRequest raw) {
    RequestKey key = CloudEventReader.key(raw);
    try {
      RunRequest request = CloudEventReader.read(raw);
      return once(key, () -> new Outcome.Accepted(verbs.perform(request)));
    } catch (KumiaiException.Unavailable | KumiaiException.StorageFull e) {
      throw later(e);
    } catch (KumiaiException e) {
      return refuse(key, Refusals.of(e));
    } catch (RuntimeException e) {
      if (outage.is(e)) {
        throw later(e);
      }
      LOG.errorf(e, "request failed source=%s id=%s", key.source(), key.id());
      return refuse(key, Refusals.ofBug());
    }
  }

  private static KumiaiException.Unavailable later(Exception why) {
    return new KumiaiException.Unavailable(
        "request-not-possible-now", String.valueOf(why.getMessage()), why);
  }

  private Outcome refuse(RequestKey key, EventData.Refusal why) {
    try {
      return once(key, () -> new Outcome.Refused(why));
    } catch (RuntimeException e) {
      throw later(e);
    }
  }

  private Outcome once(RequestKey key, Supplier<Outcome> deed) {
    return actors.as(
        Actor.message(key.source()),
        () -> QuarkusTransaction.requiringNew().call(() -> onceInTransaction(key, deed)));
  }

  private Outcome onceInTransaction(RequestKey key, Supplier<Outcome> deed) {
    Instant now = clock.instant();
    OptionalLong number = requests.take(key, now);
    if (number.isEmpty()) {
      LOG.infof("request came again source=%s id=%s", key.source(), key.id());
      return requests.outcome(key).orElseThrow();
    }
    Outcome outcome = deed.get();
    requests.settle(number.getAsLong(), outcome);
    answer(key, number.getAsLong(), outcome, now);
    return outcome;
  }

  private void answer(RequestKey key, long number, Outcome outcome, Instant now) {
    EventId id = new EventId(CHAIN, number);
    switch (outcome) {
      case Outcome.Accepted accepted -> {
        LOG.infof(
            "request accepted source=%s id=%s run=%s", key.source(), key.id(), accepted.run());
        answer(id, EventType.REQUEST_ACCEPTED, key, accepted.run(), null, now);
      }
      case Outcome.Refused refused -> {
        LOG.warnf(
            "request refused source=%s id=%s code=%s",
            key.source(), key.id(), refused.why().code());
        answer(id, EventType.REQUEST_REFUSED, key, null, refused.why(), now);
      }
    }
  }

  private void answer(
      EventId id,
      EventType type,
      RequestKey key,
      @Nullable RunId run,
      EventData.@Nullable Refusal refusal,
      Instant now) {
    events.write(
        EventChannel.RUN_EVENTS,
        id,
        type,
        run == null ? null : run.value(),
        now,
        new EventData.OfRequest(key.source(), key.id(), run, refusal));
  }
}
