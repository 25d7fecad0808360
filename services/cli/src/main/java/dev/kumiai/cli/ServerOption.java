package dev.kumiai.cli;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.protocol.client.AggregatorClient;
import java.net.URI;
import picocli.CommandLine.Option;

/// Which aggregator a verb talks to.
final class ServerOption {

  @Option(
      names = "--server",
      paramLabel = "URL",
      defaultValue = "${env:KUMIAI_SERVER:-http://127.0.0.1:8080}",
      description = "The aggregator (default: $KUMIAI_SERVER, or http://127.0.0.1:8080).")
  private String server = "";

  AggregatorClient aggregator() {
    try {
      URI uri = URI.create(server);
      if (uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
        return new AggregatorClient(uri);
      }
    } catch (IllegalArgumentException _) {
      // Told below, as every other text that is no address.
    }
    throw new KumiaiException.Invalid(
        "server-malformed",
        "--server is an address such as http://127.0.0.1:8080, not '" + server + "'");
  }
}
