package dev.kumiai.cli;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.client.Credential;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which aggregator a verb talks to, and as whom. A key is never an argument: other users of a
/// machine can read those.
final class ServerOption {

  private static final String KEY = "KUMIAI_API_KEY";
  private static final String KEY_FILE = "KUMIAI_API_KEY_FILE";

  @Option(
      names = "--server",
      paramLabel = "URL",
      defaultValue = "${env:KUMIAI_SERVER:-http://127.0.0.1:8080}",
      description = "The aggregator (default: $KUMIAI_SERVER, or http://127.0.0.1:8080).")
  private String server = "";

  @Option(
      names = "--api-key-file",
      paramLabel = "FILE",
      description =
          "File with your API key (default: $KUMIAI_API_KEY_FILE; $KUMIAI_API_KEY is the key itself).")
  private @Nullable Path apiKeyFile;

  AggregatorClient aggregator() {
    try {
      URI uri = URI.create(server);
      if (uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
        return new AggregatorClient(uri, credential());
      }
    } catch (IllegalArgumentException _) {
      // Told below, as every other text that is no address.
    }
    throw new KumiaiException.Invalid(
        "server-malformed",
        "--server is an address such as http://127.0.0.1:8080, not '" + server + "'");
  }

  /// The option, else the variables. Without any, the aggregator says what it needs.
  private Credential credential() {
    String key = System.getenv(KEY);
    String file = System.getenv(KEY_FILE);
    if (apiKeyFile != null) {
      return Credential.of(read(apiKeyFile));
    }
    if (key != null && !key.isBlank()) {
      return Credential.of(key.strip());
    }
    return file == null || file.isBlank() ? Credential.NONE : Credential.of(read(Path.of(file)));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new KumiaiException.Invalid(
          "api-key-unreadable",
          "no API key can be read from "
              + file
              + (Files.exists(file) ? ": check whose file it is" : ", which does not exist"),
          e);
    }
  }
}
