package dev.kumiai.acceptance;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.protocol.signature.SignedMessage;
import dev.kumiai.protocol.signature.SiteKey;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Plain HTTP to one server, without any of the product's own client.
final class Http {

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final URI base;
  private final Map<String, String> headers;
  private final @Nullable SiteKey key;

  Http(URI server) {
    this(server.resolve("/api/v1/"), Map.of(), null);
  }

  private Http(URI base, Map<String, String> headers, @Nullable SiteKey key) {
    this.base = base;
    this.headers = headers;
    this.key = key;
  }

  /// The same server, asked by who signs with that key what has a body.
  Http signedBy(SiteKey signer) {
    return new Http(base, headers, signer);
  }

  /// The headers that sign a request.
  Map<String, String> signature(String method, String path, String contentDigest) {
    return key == null
        ? Map.of()
        : key.sign(
            new SignedMessage(method, base.resolve(path).getPath(), contentDigest), Instant.now());
  }

  /// The same server, asked by who holds this token.
  Http as(String token) {
    return new Http(base, Map.of("Authorization", "Bearer " + token), key);
  }

  /// The same server, asked by nobody in particular.
  Http asNobody() {
    return new Http(base, Map.of(), null);
  }

  String header(String name) {
    return headers.get(name);
  }

  URI base() {
    return base;
  }

  Answer get(String path) {
    return send("GET", path, BodyPublishers.noBody(), Map.of());
  }

  Answer post(String path, Object body) {
    return postJson(path, json(body));
  }

  Answer postJson(String path, String json) {
    String digest = WeightsFile.contentDigest(json.getBytes(StandardCharsets.UTF_8));
    Map<String, String> more = new HashMap<>(signature("POST", path, digest));
    more.put("Content-Type", "application/json");
    more.put("Content-Digest", digest);
    return send("POST", path, BodyPublishers.ofString(json), more);
  }

  Answer put(String path, Object body) {
    return send(
        "PUT",
        path,
        BodyPublishers.ofString(json(body)),
        Map.of("Content-Type", "application/json"));
  }

  Answer send(String method, String path, BodyPublisher body, Map<String, String> more) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(Duration.ofSeconds(60))
            .method(method, body);
    headers.forEach(request::header);
    more.forEach(request::header);
    try {
      var response = CLIENT.send(request.build(), BodyHandlers.ofByteArray());
      return new Answer(response.statusCode(), response.headers(), response.body());
    } catch (IOException e) {
      throw new AssertionError(method + " " + base.resolve(path) + " failed", e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static String json(Object value) {
    try {
      return KumiaiJson.mapper().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
