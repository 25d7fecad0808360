package dev.kumiai.aggregation.messaging;

import dev.kumiai.aggregation.event.EventChannel;
import dev.kumiai.aggregation.event.EventLog;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/// Measures how many events wait to be sent, `kumiai_events_waiting`, whenever it is asked for.
@Singleton
class EventsMeter {

  private final EventLog log;
  private final MeterRegistry meters;

  EventsMeter(EventLog log, MeterRegistry meters) {
    this.log = log;
    this.meters = meters;
  }

  void start(@Observes StartupEvent event) {
    for (EventChannel channel : EventChannel.values()) {
      Gauge.builder("kumiai.events.waiting", log, source -> source.backlog(channel).events())
          .description("Events that were not sent yet")
          .tag("channel", channel.channel())
          .register(meters);
    }
  }
}
