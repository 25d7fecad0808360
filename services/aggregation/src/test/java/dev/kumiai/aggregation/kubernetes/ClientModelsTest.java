package dev.kumiai.aggregation.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.kumiai.kubernetes.resource.FederatedRound;
import dev.kumiai.kubernetes.resource.FederatedRun;
import dev.kumiai.kubernetes.resource.FederationRuntime;
import dev.kumiai.kubernetes.resource.Site;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The aggregator is packaged without the models of kinds that it does not touch: here the client
/// has those alone that it has there, and it must not miss one.
class ClientModelsTest {

  private static final int OK = 200;

  private HttpServer server = unset();
  private KubernetesClient client = new KubernetesClientBuilder().build();

  @BeforeEach
  void start() {
    server.createContext("/", ClientModelsTest::answerWithNone);
    server.start();
    client.close();
    client =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder()
                    .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                    .withNamespace("kumiai")
                    .build())
            .build();
  }

  @AfterEach
  void stop() {
    client.close();
    server.stop(0);
  }

  private static HttpServer unset() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void answerWithNone(HttpExchange exchange) throws IOException {
    byte[] none = "{\"metadata\": {}, \"items\": []}".getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(OK, none.length);
    exchange.getResponseBody().write(none);
    exchange.close();
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        FederatedRun.class,
        FederatedRound.class,
        FederationRuntime.class,
        Site.class,
        Job.class,
        Pod.class,
        Deployment.class,
        NetworkPolicy.class,
        Secret.class,
        Event.class,
        Lease.class
      })
  void everyKindThatIsTouchedCanBeListed(Class<? extends HasMetadata> kind) {
    assertThat(client.resources(kind).list().getItems()).isEmpty();
  }
}
