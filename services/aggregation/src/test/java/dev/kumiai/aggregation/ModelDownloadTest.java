package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.equalTo;

import dev.kumiai.core.Digest;
import dev.kumiai.protocol.error.Problem;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class ModelDownloadTest {

  private final Aggregator aggregator;

  @Inject
  ModelDownloadTest(Aggregator aggregator) {
    this.aggregator = aggregator;
  }

  @AfterEach
  void endWhatIsLeft() {
    aggregator.close();
  }

  /// A model that was uploaded, and its bytes.
  private static final class Kept {
    private final Digest digest;
    private final byte[] bytes;

    Kept(Digest digest, byte[] bytes) {
      this.digest = digest;
      this.bytes = bytes;
    }

    byte[] bytes() {
      return bytes;
    }

    String path() {
      return "/api/v1/models/" + digest;
    }

    String tag() {
      return "\"" + digest + "\"";
    }
  }

  private Kept upload(Path folder) throws IOException {
    Path file = folder.resolve("weights");
    TinyModel.write(file, TinyModel.initial(3));
    return new Kept(aggregator.client().uploadModel(file), Files.readAllBytes(file));
  }

  private static RequestSpecification range(String range) {
    return RestAssured.given().header("Range", range);
  }

  @Test
  void sendsTheWholeModelUnderItsDigest(@TempDir Path folder) throws IOException {
    Kept model = upload(folder);

    byte[] body =
        RestAssured.get(model.path())
            .then()
            .statusCode(200)
            .contentType("application/octet-stream")
            .header("ETag", model.tag())
            .header("Accept-Ranges", "bytes")
            .header("Content-Length", String.valueOf(model.bytes().length))
            .extract()
            .asByteArray();

    assertThat(body).isEqualTo(model.bytes());
  }

  @Test
  void headTellsSizeAndTagWithoutTheModel(@TempDir Path folder) throws IOException {
    Kept model = upload(folder);

    RestAssured.head(model.path())
        .then()
        .statusCode(200)
        .header("ETag", model.tag())
        .header("Accept-Ranges", "bytes")
        .header("Content-Length", String.valueOf(model.bytes().length))
        .body(emptyString());
  }

  @Test
  void sendsNothingToWhoHasIt(@TempDir Path folder) throws IOException {
    Kept model = upload(folder);

    RestAssured.given()
        .header("If-None-Match", model.tag())
        .get(model.path())
        .then()
        .statusCode(304)
        .header("ETag", model.tag())
        .body(emptyString());
  }

  @ParameterizedTest
  @CsvSource({"bytes=0-9, 0, 9", "bytes=8-8, 8, 8", "bytes=100-, 100, -1", "bytes=-16, -16, -1"})
  void sendsARange(String range, int first, int last, @TempDir Path folder) throws IOException {
    Kept model = upload(folder);
    int size = model.bytes().length;
    int begin = Math.floorMod(first, size);
    int end = Math.floorMod(last, size);

    byte[] body =
        range(range)
            .get(model.path())
            .then()
            .statusCode(206)
            .header("ETag", model.tag())
            .header("Content-Range", "bytes %d-%d/%d".formatted(begin, end, size))
            .header("Content-Length", String.valueOf(end - begin + 1))
            .extract()
            .asByteArray();

    assertThat(body).isEqualTo(Arrays.copyOfRange(model.bytes(), begin, end + 1));
  }

  @Test
  void sendsARangeBeyondTheEndUpToTheEnd(@TempDir Path folder) throws IOException {
    Kept model = upload(folder);
    int size = model.bytes().length;

    range("bytes=10-999999")
        .get(model.path())
        .then()
        .statusCode(206)
        .header("Content-Range", "bytes 10-%d/%d".formatted(size - 1, size));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=999999-", "bytes=-0"})
  void refusesARangeWithoutAByte(String range, @TempDir Path folder) throws IOException {
    Kept model = upload(folder);

    range(range)
        .get(model.path())
        .then()
        .statusCode(416)
        .header("Content-Range", "bytes */" + model.bytes().length)
        .body("type", equalTo(Problem.TYPE_PREFIX + "range-not-satisfiable"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"lines=1-2", "bytes=1-2,5-6", "bytes=9-5", "bytes=-", "bytes=a-b"})
  void ignoresARangeItDoesNotUnderstand(String range, @TempDir Path folder) throws IOException {
    Kept model = upload(folder);

    range(range).get(model.path()).then().statusCode(200);
  }

  @Test
  void sendsTheWholeModelWhenTheRangeIsOfAnotherOne(@TempDir Path folder) throws IOException {
    Kept model = upload(folder);

    range("bytes=0-9").header("If-Range", "\"sha256:0\"").get(model.path()).then().statusCode(200);
    range("bytes=0-9").header("If-Range", model.tag()).get(model.path()).then().statusCode(206);
  }

  @Test
  void unknownModel() {
    RestAssured.get("/api/v1/models/" + Digest.of(new byte[] {9}))
        .then()
        .statusCode(404)
        .body("type", equalTo(Problem.TYPE_PREFIX + "model-unknown"));
  }
}
