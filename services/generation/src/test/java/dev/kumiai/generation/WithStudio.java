package dev.kumiai.generation;

import com.github.tomakehurst.wiremock.WireMockServer;
import dev.kumiai.generation.remote.Studio;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A service whose configuration names an image service and a chat model of one server.
public class WithStudio implements QuarkusTestResourceLifecycleManager {

  private @Nullable WireMockServer server;

  @Override
  public Map<String, String> start() {
    server = Studio.start();
    String url = server.baseUrl() + "/v1";
    return Map.of(
        "kumiai.generation.remote.studio.url", url,
        "kumiai.generation.remote.studio.price-per-image", "0.04",
        "kumiai.generation.remote.studio.currency", "EUR",
        "kumiai.generation.remote.studio.max-cost", "0.20",
        "kumiai.generation.remote.studio.max-attempts", "1",
        "kumiai.generation.remote.studio.parallel", "1",
        "kumiai.generation.llm.writer.url", url,
        "kumiai.generation.llm.writer.model", "tiny-1",
        "kumiai.generation.measures", "false");
  }

  @Override
  public void inject(TestInjector injector) {
    injector.injectIntoFields(server, new TestInjector.MatchesType(WireMockServer.class));
  }

  @Override
  public void stop() {
    if (server != null) {
      server.stop();
    }
  }
}
