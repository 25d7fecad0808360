package dev.kumiai.aggregation.messaging;

import dev.kumiai.aggregation.event.Backlog;
import dev.kumiai.aggregation.event.EventChannel;
import dev.kumiai.aggregation.event.EventLog;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/// Tells how many events wait to be sent. The aggregator is ready all the same: it works without
/// its broker, and events wait in the database.
@Readiness
class EventsHealth implements HealthCheck {

  private final EventLog log;

  EventsHealth(EventLog log) {
    this.log = log;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response = HealthCheckResponse.named("events").up();
    for (EventChannel channel : EventChannel.values()) {
      Backlog backlog = log.backlog(channel);
      response.withData(channel.channel() + " waiting", backlog.events());
      if (backlog.oldest() != null) {
        response.withData(channel.channel() + " oldest", backlog.oldest().toString());
      }
    }
    return response.build();
  }
}
