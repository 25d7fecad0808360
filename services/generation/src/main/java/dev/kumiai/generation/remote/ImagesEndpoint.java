package dev.kumiai.generation.remote;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kumiai.generation.policy.OutgoingText;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// `POST <url>/images/generations` of OpenAI's protocol: one prompt, one image, one try.
final class ImagesEndpoint {

  /// Base64 of the largest image that anybody makes, with room.
  static final int MOST_ANSWER_BYTES = 32 << 20;

  /// Instead of a response format: the field is left out.
  private static final String NO_FORMAT = "none";

  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxStringLength(MOST_ANSWER_BYTES).build())
              .build());

  private final RemoteConfig.Service config;
  private final URI uri;
  private final RemoteErrors errors;
  private final HttpClient http;

  ImagesEndpoint(RemoteConfig.Service config, RemoteErrors errors) {
    this.config = config;
    this.uri = URI.create(config.url().toString().replaceFirst("/*$", "") + "/images/generations");
    this.errors = errors;
    // Redirects are not followed: a prompt goes where the site's configuration says, or nowhere.
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(config.timeout())
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
  }

  /// Sends one request.
  ///
  /// @return what came back, of whatever status
  /// @throws Passing when nothing whole came back
  HttpResponse<byte[]> ask(OutgoingText prompt, int seed) throws Passing, InterruptedException {
    return send(request(body(prompt, seed)));
  }

  /// What a status that is none of success stands for. Throws what stays wrong.
  Passing refusal(HttpResponse<byte[]> answer) {
    return errors.refused(answer.statusCode(), answer.headers(), errorOf(answer.body()));
  }

  private HttpRequest request(byte[] body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(config.timeout())
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            .POST(BodyPublishers.ofByteArray(body));
    config.apiKey().ifPresent(key -> request.header("Authorization", "Bearer " + key));
    return request.build();
  }

  private byte[] body(OutgoingText prompt, int seed) {
    ObjectNode body = JSON.createObjectNode();
    config.model().ifPresent(model -> body.put("model", model));
    body.put("prompt", prompt.text());
    body.put("n", 1);
    config.size().ifPresent(size -> body.put("size", size));
    if (!config.responseFormat().equals(NO_FORMAT)) {
      body.put("response_format", config.responseFormat());
    }
    if (config.seed()) {
      body.put("seed", seed);
    }
    try {
      return JSON.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The client's own timeout ends with the headers; this one bounds the body, too.
  private HttpResponse<byte[]> send(HttpRequest request) throws Passing, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(
            request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_ANSWER_BYTES));
    try {
      return answer.get(config.timeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw errors.silent(config.timeout(), e);
    } catch (ExecutionException e) {
      throw errors.broken(config.timeout(), e.getCause() == null ? e : e.getCause());
    } finally {
      answer.cancel(true);
    }
  }

  /// The code of an error in the service's own words, if it is a plain one. Its message is not
  /// read: it may quote the prompt, and what becomes of errors is read elsewhere.
  private static @Nullable String errorOf(byte[] body) {
    try {
      JsonNode error = JSON.readTree(body).path("error");
      String code = error.path("code").asText(error.path("type").asText(""));
      return code.matches("[A-Za-z0-9_.-]{1,64}") ? code : null;
    } catch (IOException _) {
      return null;
    }
  }

  /// The bytes of the one image in an answer.
  byte[] image(HttpResponse<byte[]> response) {
    JsonNode answer;
    try {
      answer = JSON.readTree(response.body());
    } catch (IOException _) {
      throw errors.unusable("is not JSON");
    }
    JsonNode images = answer.path("data");
    if (images.size() != 1) {
      throw errors.unusable("has %d images for 1 that was asked for".formatted(images.size()));
    }
    JsonNode encoded = images.path(0).path("b64_json");
    if (!encoded.isTextual()) {
      throw errors.unusable("has no b64_json");
    }
    try {
      return Base64.getDecoder().decode(encoded.asText());
    } catch (IllegalArgumentException _) {
      throw errors.unusable("has a b64_json that is not Base64");
    }
  }
}
