package dev.kumiai.generation.remote;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.generator.Generator;
import dev.kumiai.generation.policy.PolicyGate;
import dev.kumiai.generation.policy.PolicyGate.Endpoint;
import dev.kumiai.worker.SiteFolder;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/// The image services that this worker's configuration names. None is contacted before a run asks
/// for images of it.
public final class RemoteServices {

  private final RemoteConfig config;
  private final ServiceCalls.Waits waits;
  private final Clock clock;
  private final Map<String, RemoteService> services = new ConcurrentHashMap<>();

  public RemoteServices(RemoteConfig config, Clock clock) {
    this(config, clock, ServiceCalls.Waits.DEFAULT);
  }

  RemoteServices(RemoteConfig config, Clock clock, ServiceCalls.Waits waits) {
    this.config = config;
    this.clock = clock;
    this.waits = waits;
  }

  /// The service of a name as a generator for one site.
  ///
  /// @throws KumiaiException.NotFound `remote-unknown`
  /// @throws KumiaiException.Forbidden `remote-forbidden` by the site's policy
  /// @throws KumiaiException.Invalid `remote-config-invalid`, `site-policy-invalid`
  public Generator open(String name, SiteFolder site, ImageForm form) {
    PolicyGate gate = PolicyGate.of(site, clock);
    gate.require(Endpoint.REMOTE, name);
    RemoteConfig.Service service = config.services().get(name);
    if (service == null) {
      throw new KumiaiException.NotFound(
          "remote-unknown",
          "no service '%s' is configured here: set kumiai.generation.remote.%s.url, as for the site's worker; configured are %s"
              .formatted(name, name, new TreeSet<>(config.services().keySet())));
    }
    return new RemoteGenerator(
        services.computeIfAbsent(name, _ -> checked(name, service)),
        gate,
        form,
        meter(name, service, site));
  }

  private RemoteService checked(String name, RemoteConfig.Service service) {
    List<Violation> mistakes = RemoteCheck.mistakes(name, service);
    if (!mistakes.isEmpty()) {
      throw new KumiaiException.Invalid(
          "remote-config-invalid",
          "the configuration of remote:%s has mistakes: %s %s"
              .formatted(name, mistakes.getFirst().where(), mistakes.getFirst().what()),
          mistakes);
    }
    return new RemoteService(name, service, waits);
  }

  private static Meter meter(String name, RemoteConfig.Service service, SiteFolder site) {
    if (service.pricePerImage().isEmpty()) {
      return Meter.withoutPrice();
    }
    String currency = service.currency().orElseThrow();
    Price price =
        new Price(service.pricePerImage().get(), currency, service.maxCost().orElse(null));
    return Meter.of(new Spending(site.path(), name, price), currency);
  }
}
