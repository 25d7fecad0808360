package dev.kumiai.protocol.client;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A real HTTP server on a free port that answers one request after the other as it was told.
final class ScriptedServer implements AutoCloseable {

  /// One answer.
  interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  /// What came in; the body as text of one character a byte.
  record Request(String method, String path, Headers headers, String body) {
    byte[] bytes() {
      return body.getBytes(StandardCharsets.ISO_8859_1);
    }
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Queue<Answer> script = new ConcurrentLinkedQueue<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);

  ScriptedServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  List<Request> requests() {
    return requests;
  }

  ScriptedServer then(Answer answer) {
    script.add(answer);
    return this;
  }

  ScriptedServer then(int status, String contentType, String body) {
    return then(status, contentType, body.getBytes(StandardCharsets.UTF_8));
  }

  ScriptedServer then(int status, String contentType, byte[] body) {
    return then(
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.getResponseHeaders().add("Content-Type", contentType);
          exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
        });
  }

  ScriptedServer thenProblem(int status, String code, String detail) {
    return then(
        status,
        "application/problem+json",
        """
        {"type":"https://kumiai.dev/problems/%s","title":"t","status":%d,"detail":"%s"}\
        """
            .formatted(code, status, detail));
  }

  /// Promises the whole body, sends its first `sent` bytes and hangs up.
  ScriptedServer thenTruncated(byte[] body, int sent) {
    return then(
        exchange -> {
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body, 0, sent);
          exchange.getResponseBody().flush();
        });
  }

  /// Sends the first `sent` bytes of the body and then nothing more.
  ScriptedServer thenStalled(byte[] body, int sent) {
    return then(
        exchange -> {
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body, 0, sent);
          exchange.getResponseBody().flush();
          silence();
        });
  }

  /// Takes the request and never answers.
  ScriptedServer thenSilent() {
    return then(_ -> silence());
  }

  /// Hangs up without an answer.
  ScriptedServer thenHangUp() {
    return then(_ -> {});
  }

  private void silence() {
    try {
      closing.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(HttpExchange exchange) throws IOException {
    Answer answer = script.poll();
    byte[] body = exchange.getRequestBody().readAllBytes();
    requests.add(
        new Request(
            exchange.getRequestMethod(),
            exchange.getRequestURI().getRawPath(),
            exchange.getRequestHeaders(),
            new String(body, StandardCharsets.ISO_8859_1)));
    try (exchange) {
      if (answer == null) {
        exchange.sendResponseHeaders(418, -1);
      } else {
        answer.to(exchange);
      }
    }
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
