package dev.kumiai.protocol.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.protocol.KumiaiJson;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Makes calls to one aggregator: bounds each in time, repeats those that may be, and turns every
/// answer but the wanted one into a [KumiaiException].
final class AggregatorHttp implements AutoCloseable {

  /// No answer but a model is longer.
  static final long MOST_ANSWER_BYTES = 256L << 20;

  static final String API = "api/v1/";

  private final URI base;
  private final Timing timing;
  private final RequestContext context;
  private final HttpClient http;
  private final ObjectMapper json;

  AggregatorHttp(URI base, Timing timing, RequestContext context) {
    this.base = URI.create(base.toString().replaceFirst("/*$", "/"));
    this.timing = timing;
    this.context = context;
    // HTTP/1.1: the offer to upgrade that the JDK would send along with an upload helps nobody and
    // upsets some proxies.
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(timing.connect())
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
    // A newer aggregator may tell more than this client knows.
    this.json = KumiaiJson.mapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
  }

  Timing timing() {
    return timing;
  }

  byte[] write(Object value) {
    try {
      return json.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not writable as JSON: " + value.getClass(), e);
    }
  }

  <T> T fetch(Call call, TypeReference<T> type) {
    return read(call, exchange(call), type);
  }

  <T> T read(Call call, HttpResponse<byte[]> response, TypeReference<T> type) {
    try {
      return json.readValue(response.body(), type);
    } catch (IOException e) {
      throw Answers.unusable(call, uri(call), response, e);
    }
  }

  HttpResponse<byte[]> exchange(Call call) {
    for (int failures = 0; ; ) {
      try {
        return once(call, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_ANSWER_BYTES));
      } catch (KumiaiException.Unavailable e) {
        failures++;
        if (failures >= timing.attempts() || !(call.repeatable() || neverSent(e))) {
          throw e;
        }
        timing.backoff().sleep(failures, ThreadLocalRandom.current());
      }
    }
  }

  /// Tries once.
  ///
  /// @return an answer with a status below 300
  HttpResponse<byte[]> once(Call call, BodyHandler<byte[]> handler) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(call)).method(call.method(), call.body().get());
    context.headers().forEach(request::header);
    call.headers().forEach(request::setHeader);
    HttpResponse<byte[]> response = await(call, http.sendAsync(request.build(), handler));
    if (response.statusCode() >= 300) {
      throw Answers.refusal(json, call, uri(call), response);
    }
    return response;
  }

  private HttpResponse<byte[]> await(Call call, CompletableFuture<HttpResponse<byte[]>> answer) {
    try {
      for (long before = call.moved().getAsLong(); ; ) {
        try {
          return answer.get(call.patience().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
          long now = call.moved().getAsLong();
          if (now == before) {
            throw Answers.silent(call, uri(call), e);
          }
          before = now;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KumiaiException.Cancelled("stopped while waiting for " + uri(call));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof KumiaiException expected) {
        throw expected;
      }
      throw Answers.unreachable(call, uri(call), e.getCause());
    } finally {
      answer.cancel(true);
    }
  }

  private static boolean neverSent(KumiaiException.Unavailable e) {
    return e.getCause() instanceof ConnectException
        || e.getCause() instanceof HttpConnectTimeoutException;
  }

  private URI uri(Call call) {
    return base.resolve(API + call.path());
  }

  @Override
  public void close() {
    http.shutdownNow();
    http.close();
  }
}
