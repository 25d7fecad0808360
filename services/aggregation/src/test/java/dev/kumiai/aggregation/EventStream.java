package dev.kumiai.aggregation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.protocol.event.CloudEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads Server-Sent Events as a user would.
final class EventStream implements AutoCloseable {

  private static final ObjectMapper MAPPER = KumiaiJson.mapper();

  /// One event as it came.
  record Received(String id, String name, CloudEvent event) {}

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final HttpResponse<Stream<String>> response;

  private EventStream(URI uri, @Nullable String last) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .header("Accept", "text/event-stream")
            .header("Authorization", "Bearer " + TemporaryAggregator.API_KEY);
    if (last != null) {
      request.header("Last-Event-ID", last);
    }
    try {
      response = http.send(request.build(), HttpResponse.BodyHandlers.ofLines());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    if (response.statusCode() == 200) {
      Thread.ofVirtual().start(this::read);
    }
  }

  /// @param last id of the last event that was seen; null for none
  static EventStream open(URI aggregator, String path, @Nullable String last) {
    return new EventStream(aggregator.resolve(path), last);
  }

  int status() {
    return response.statusCode();
  }

  /// The body of what is no stream.
  String body() {
    return String.join("\n", response.body().toList());
  }

  private void read() {
    String[] id = {""};
    String[] name = {""};
    try {
      response
          .body()
          .forEach(
              line -> {
                if (line.startsWith("id:")) {
                  id[0] = line.substring(3).strip();
                } else if (line.startsWith("event:")) {
                  name[0] = line.substring(6).strip();
                } else if (line.startsWith("data:")) {
                  received.add(new Received(id[0], name[0], event(line.substring(5))));
                }
              });
    } catch (UncheckedIOException _) {
      // Closed.
    }
  }

  private static CloudEvent event(String json) {
    try {
      return MAPPER.readValue(json, CloudEvent.class);
    } catch (JsonProcessingException e) {
      throw new AssertionError(json, e);
    }
  }

  /// All so far, once one of them is as wanted.
  List<Received> await(Predicate<Received> wanted) {
    return Aggregator.await(() -> List.copyOf(received), all -> all.stream().anyMatch(wanted));
  }

  List<Received> soFar() {
    return List.copyOf(received);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
