package dev.kumiai.aggregation.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.aggregation.RawEnrolment;
import dev.kumiai.aggregation.TemporaryAggregator;
import dev.kumiai.protocol.access.Role;
import dev.kumiai.protocol.signature.SiteKey;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every operation of the running aggregator has a row of [Access], and each row is kept.
@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class AccessTableTest {

  /// An operation that somebody added and gave no row.
  @Path("/api/v1/forgotten")
  public static class Forgotten {
    @GET
    public String get() {
      return "done";
    }
  }

  /// Stands for a 403 of the table: a row's operation may have others of its own.
  private static final int ROLE_INSUFFICIENT = -403;

  private static final Map<String, String> TOKENS = new HashMap<>();

  private final BeanManager beans;

  @Inject
  AccessTableTest(BeanManager beans) {
    this.beans = beans;
  }

  @Test
  void everyOperationHasARowAndEveryRowOfTheApiAnOperation() {
    List<String> operations = operations();

    assertThat(operations).hasSizeGreaterThan(15);
    assertThat(
            Arrays.stream(Access.values())
                .filter(row -> row.path().startsWith("/api/"))
                .map(row -> row.method() + " " + row.path()))
        .as("give a new operation a row in Access, and in docs/security.md")
        .containsExactlyInAnyOrderElementsOf(operations);
  }

  /// Of all resources that the container knows.
  private List<String> operations() {
    return beans.getBeans(Object.class, Any.Literal.INSTANCE).stream()
        .<Class<?>>map(bean -> bean.getBeanClass())
        .filter(type -> type.isAnnotationPresent(Path.class) && type != Forgotten.class)
        .flatMap(
            type -> Arrays.stream(type.getMethods()).flatMap(method -> operation(type, method)))
        .toList();
  }

  private static Stream<String> operation(Class<?> type, Method method) {
    String path =
        type.getAnnotation(Path.class).value()
            + Optional.ofNullable(method.getAnnotation(Path.class))
                .map(more -> "/" + more.value())
                .orElse("");
    List<String> methods =
        Arrays.stream(method.getAnnotations())
            .map(Annotation::annotationType)
            .map(annotation -> annotation.getAnnotation(HttpMethod.class))
            .flatMap(Stream::ofNullable)
            .map(HttpMethod::value)
            .toList();
    assertThat(methods.isEmpty() && method.isAnnotationPresent(Path.class))
        .as("%s is a sub-resource, which this test cannot see into", method)
        .isFalse();
    return methods.stream().map(verb -> verb + " " + path);
  }

  @Test
  void anOperationWithoutARowCannotBeCalled() {
    assertThat(status("GET", "/api/v1/forgotten", null)).isEqualTo(401);
    assertThat(status("GET", "/api/v1/forgotten", TemporaryAggregator.API_KEY)).isEqualTo(404);
  }

  @ParameterizedTest
  @EnumSource(Access.class)
  void everyRowLetsInWhomItSaysAndNobodyElse(Access row) {
    assertThat(status(row, null))
        .as("without a credential")
        .satisfies(status -> check(status, row.who() == Access.Who.ANYBODY, 401));
    assertThat(status(row, "no-token-of-anybody")).as("with a made-up token").isEqualTo(401);
    for (Role role : Role.values()) {
      Role least = row.who().least();
      boolean allowed = row.who() == Access.Who.ANYBODY || (least != null && role.includes(least));
      assertThat(status(row, key(role)))
          .as("as %s", role)
          .satisfies(status -> check(status, allowed, ROLE_INSUFFICIENT));
    }
    assertThat(status(row, siteToken()))
        .as("as a site")
        .satisfies(
            status ->
                check(
                    status,
                    row.who() == Access.Who.ANYBODY || row.who().sites(),
                    ROLE_INSUFFICIENT));
  }

  private static void check(int status, boolean allowed, int refusal) {
    if (allowed) {
      assertThat(status).isNotIn(401, ROLE_INSUFFICIENT);
    } else {
      assertThat(status).isEqualTo(refusal);
    }
  }

  /// Nothing exists that these paths name, and the bodies are empty: nothing happens.
  private static int status(Access row, @Nullable String token) {
    String path =
        row.path()
            .replace("{run}", "00000000-0000-0000-0000-000000000000")
            .replace("{task}", "00000000-0000-0000-0000-000000000000")
            .replace("{attempt}", "1")
            .replace("{digest}", "sha256:" + "0".repeat(64))
            .replaceAll("\\{[a-z]+}", "nothing");
    return status(row.method(), path, token);
  }

  private static int status(String method, String path, @Nullable String token) {
    // With an id that is none, a stream of events is refused instead of never ending.
    RequestSpecification request = RestAssured.given().header("Last-Event-ID", "none");
    if (!method.equals("GET")) {
      request.contentType(
          path.endsWith("/weights") || path.endsWith("/models")
              ? ContentType.BINARY
              : ContentType.JSON);
    }
    Response response =
        (token == null ? request.auth().none() : request.auth().oauth2(token))
            .request(method, path);
    return response.asString().contains("/role-insufficient")
        ? ROLE_INSUFFICIENT
        : response.statusCode();
  }

  private static String key(Role role) {
    return TOKENS.computeIfAbsent(
        role.name(),
        _ ->
            RestAssured.given()
                .contentType(ContentType.JSON)
                .body(Map.of("name", "table-" + Callers.name(role), "role", role))
                .post("/api/v1/keys")
                .then()
                .statusCode(201)
                .extract()
                .path("apiKey"));
  }

  private static String siteToken() {
    return TOKENS.computeIfAbsent("site", _ -> RawEnrolment.token("of-the-table", SiteKey.make()));
  }
}
