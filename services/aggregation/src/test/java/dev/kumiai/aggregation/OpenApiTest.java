package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class OpenApiTest {

  private static final Path COMMITTED = Path.of("openapi.yaml");

  /// `./kumiai maven -pl services/aggregation -am test -Dtest=OpenApiTest -Dregenerate` renews the
  /// file.
  @Test
  void committedDocumentIsTheServedOne() throws IOException {
    String served = RestAssured.get("/q/openapi").then().statusCode(200).extract().asString();
    if (System.getProperty("regenerate") != null) {
      Files.writeString(COMMITTED, served);
    }

    assertThat(COMMITTED).hasContent(served);
  }
}
