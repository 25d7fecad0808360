package dev.kumiai.aggregation.messaging;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.connector.InboundConnector;
import io.smallrye.reactive.messaging.connector.OutboundConnector;
import io.smallrye.reactive.messaging.providers.helpers.MultiUtils;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.Flow;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;

/// What channels are connected to where there is no broker: an outgoing one ends here, and what it
/// carried stays to be read at `/api/v1/events`; into an incoming one nothing comes, because who is
/// in this process calls the verb itself.
@ApplicationScoped
@Connector(InProcessConnector.NAME)
class InProcessConnector implements InboundConnector, OutboundConnector {

  static final String NAME = "kumiai-in-process";

  @Override
  public Flow.Publisher<? extends Message<?>> getPublisher(Config config) {
    return Multi.createFrom().nothing();
  }

  @Override
  public Flow.Subscriber<? extends Message<?>> getSubscriber(Config config) {
    return MultiUtils.via(
        messages ->
            messages
                .onItem()
                .transformToUniAndConcatenate(
                    message -> Uni.createFrom().completionStage(message.ack())));
  }
}
