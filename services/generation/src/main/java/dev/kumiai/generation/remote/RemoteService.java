package dev.kumiai.generation.remote;

import dev.kumiai.generation.policy.OutgoingText;
import dev.kumiai.generation.policy.PolicyGate;
import dev.kumiai.generation.policy.PolicyGate.Endpoint;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;

/// One image service, shared by all sites and tasks of the worker: they keep its limits together.
final class RemoteService {

  /// Statuses with which something in between gives up on a service that goes on with its work.
  private static final Set<Integer> PERHAPS_MADE = Set.of(408, 502, 504);

  private final String name;
  private final RemoteConfig.Service config;
  private final RemoteErrors errors;
  private final ImagesEndpoint endpoint;
  private final ServiceCalls calls;

  RemoteService(String name, RemoteConfig.Service config, ServiceCalls.Waits waits) {
    this.name = name;
    this.config = config;
    this.errors = new RemoteErrors(name);
    this.endpoint = new ImagesEndpoint(config, errors);
    Duration spacing =
        config.requestsPerMinute().isPresent()
            ? ServiceCalls.spacing(config.requestsPerMinute().getAsInt())
            : Duration.ZERO;
    this.calls = new ServiceCalls(toString(), spacing, config.maxAttempts(), waits);
  }

  int parallel() {
    return config.parallel();
  }

  RemoteErrors errors() {
    return errors;
  }

  /// The file of an image that shows what the text says.
  byte[] ask(PolicyGate gate, OutgoingText text, int seed, Booking booking, Meter meter) {
    return calls.call(byte[].class, () -> tryOnce(gate, text, seed, booking, meter));
  }

  private byte[] tryOnce(PolicyGate gate, OutgoingText text, int seed, Booking booking, Meter meter)
      throws Passing, InterruptedException {
    booking.use();
    gate.record(Endpoint.REMOTE, name, text);
    meter.called();
    HttpResponse<byte[]> answer = endpoint.ask(text, seed);
    if (answer.statusCode() / 100 == 2) {
      return endpoint.image(answer);
    }
    if (!PERHAPS_MADE.contains(answer.statusCode())) {
      booking.free();
    }
    throw endpoint.refusal(answer);
  }

  @Override
  public String toString() {
    return "remote:" + name;
  }
}
