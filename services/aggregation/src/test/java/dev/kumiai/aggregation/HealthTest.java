package dev.kumiai.aggregation;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class HealthTest {

  @Test
  void isStarted() {
    RestAssured.get("/q/health/started")
        .then()
        .statusCode(200)
        .body("checks.name", hasItems("run engine"));
  }

  @Test
  void isLiveAndReadyWithDatabaseAndRoomOnTheDisk() {
    RestAssured.get("/q/health/live").then().statusCode(200).body("status", equalTo("UP"));
    RestAssured.get("/q/health/ready")
        .then()
        .statusCode(200)
        .body("checks.name", hasItems("artifact store", "Database connections health check"));
  }
}
