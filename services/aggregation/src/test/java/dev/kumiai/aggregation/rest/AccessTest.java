package dev.kumiai.aggregation.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest {

  @ParameterizedTest
  @CsvSource({
    "GET, /api/v1/runs, LIST_RUNS",
    "HEAD, /api/v1/runs, LIST_RUNS",
    "GET, /api/v1/runs/a, GET_RUN",
    "GET, /api/v1/runs/a%2Fcancel, GET_RUN",
    "POST, /api/v1/runs/a/cancel, CANCEL_RUN",
    "PUT, /api/v1/tasks/t/attempts/1/weights, PUT_WEIGHTS",
    "GET, /q/health/live, LIVE"
  })
  void aRequestHasTheRowOfItsTemplate(String method, String path, Access row) {
    assertThat(Access.of(method, path)).hasValue(row);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "",
        "/api/v1",
        "/api/v1/runs/",
        "/api/v1/runs/a/",
        "/api/v1/runs//cancel",
        "/api/v1/runs;x",
        "/api/v1/Runs",
        "/q",
        "/q/dev",
        "/q/health/",
        "/api/v1/runs/a/b/c"
      })
  void whatHasNoRowIsNothing(String path) {
    assertThat(Access.of("GET", path)).isEmpty();
    assertThat(Access.methods(path).contains("GET")).isFalse();
  }

  @Test
  void noRequestHasTwoRows() {
    for (Access row : Access.values()) {
      String path = row.path().replaceAll("\\{[a-z]+}", "x");
      List<Access> rows =
          Stream.of(Access.values())
              .filter(
                  other ->
                      other.method().equals(row.method())
                          && path.matches(other.path().replaceAll("\\{[a-z]+}", "[^/]+")))
              .toList();

      assertThat(rows).containsExactly(row);
    }
  }
}
