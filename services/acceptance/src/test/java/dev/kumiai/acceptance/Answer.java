package dev.kumiai.acceptance;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.protocol.error.Problem;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;

/// What a server answered.
final class Answer {

  private final int status;
  private final HttpHeaders headers;
  private final byte[] body;

  Answer(int status, HttpHeaders headers, byte[] body) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  int status() {
    return status;
  }

  HttpHeaders headers() {
    return headers;
  }

  byte[] body() {
    return body;
  }

  String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  <T> T as(Class<T> type) {
    try {
      return KumiaiJson.mapper().readValue(body, type);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  <T> T as(TypeReference<T> type) {
    try {
      return KumiaiJson.mapper().readValue(body, type);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private AssertionError unreadable(IOException e) {
    return new AssertionError("status " + status + ", not readable: " + text(), e);
  }

  /// The problem in the body, after checking that it calls itself one and agrees with the status.
  Problem problem() {
    String type = headers.firstValue("Content-Type").orElse("none");
    if (!type.startsWith(Problem.MEDIA_TYPE)) {
      throw new AssertionError("status " + status + " with " + type + ", no problem: " + text());
    }
    Problem problem = as(Problem.class);
    if (problem.status() != status || problem.detail() == null || problem.detail().isBlank()) {
      throw new AssertionError("status " + status + " with a problem that differs: " + text());
    }
    return problem;
  }
}
