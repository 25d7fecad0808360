package dev.kumiai.aggregation;

import io.quarkus.test.junit.callback.QuarkusTestBeforeEachCallback;
import io.quarkus.test.junit.callback.QuarkusTestMethodContext;
import io.restassured.RestAssured;

/// Requests of tests are an administrator's, unless they say `auth()`.
public class AsAdministrator implements QuarkusTestBeforeEachCallback {

  @Override
  public void beforeEach(QuarkusTestMethodContext context) {
    RestAssured.authentication = RestAssured.oauth2(TemporaryAggregator.API_KEY);
  }
}
