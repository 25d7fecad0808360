package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.kumiai.core.Digest;
import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.core.tensor.DType;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.Shape;
import dev.kumiai.core.tensor.Tensor;
import dev.kumiai.core.tensor.TensorSpec;
import dev.kumiai.protocol.error.Problem;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.TaskView;
import dev.kumiai.protocol.run.TrainingSpec.GeneratedOrder;
import dev.kumiai.protocol.run.TrainingSpec.TrainsOn;
import dev.kumiai.protocol.signature.SignedMessage;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.protocol.task.TaskSpec;
import dev.kumiai.protocol.task.UpdateMetadata;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every way in which an upload of weights can be wrong, told apart, and none of them leaves
/// anything behind.
@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class UploadTest {

  private static final Map<String, String> METADATA = new UpdateMetadata(3, 0.5, 1L, null).toMap();
  private static final Shape WEIGHT = Shape.of(3, 5);
  private static final Shape BIAS = Shape.of(3);

  private final Aggregator aggregator;

  @Inject
  UploadTest(Aggregator aggregator) {
    this.aggregator = aggregator;
  }

  @AfterEach
  void endWhatIsLeft() {
    aggregator.close();
  }

  /// A site that has claimed its TRAIN task.
  private record Attempt(TinySite site, RunId run, ClaimedTask task, String token) {
    String path() {
      return "/api/v1/tasks/" + task.task() + "/attempts/" + task.attempt() + "/weights";
    }

    byte[] update() {
      try {
        return Files.readAllBytes(site.update((TaskSpec.Train) task.spec()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /// Lines of a header.
    String signature(byte[] body) {
      return site
          .key()
          .sign(new SignedMessage("PUT", path(), digestHeader(body)), Instant.now())
          .entrySet()
          .stream()
          .map(field -> field.getKey() + ": " + field.getValue())
          .collect(Collectors.joining("\n"));
    }

    ValidatableResponse put(byte[] body) {
      return put(body, digestHeader(body));
    }

    ValidatableResponse put(byte[] body, String contentDigest) {
      return RawEnrolment.signed(site.key(), "PUT", path(), contentDigest)
          .auth()
          .oauth2(token)
          .contentType("application/octet-stream")
          .body(body)
          .put(path())
          .then();
    }
  }

  private Attempt train() {
    TinySite site = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(site), site);
    return new Attempt(site, run, site.claim(TaskKind.TRAIN), site.token());
  }

  private static String digestHeader(byte[] body) {
    return "sha-256=:" + Base64.getEncoder().encodeToString(Digest.of(body).bytes()) + ":";
  }

  private static byte[] file(Map<String, String> metadata, Tensor... tensors) {
    try {
      Path file = Files.createTempFile("update", null);
      TinyModel.write(file, ModelWeights.of(List.of(tensors)), metadata);
      byte[] bytes = Files.readAllBytes(file);
      Files.delete(file);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Tensor weight(float value) {
    float[] values = new float[15];
    values[7] = value;
    return Tensor.ofFloats("output.weight", WEIGHT, values);
  }

  private static Tensor bias() {
    return Tensor.ofFloats("output.bias", BIAS, new float[3]);
  }

  static Stream<Arguments> wrongFiles() {
    byte[] good = file(METADATA, weight(1), bias());
    TensorSpec half = new TensorSpec("output.bias", DType.F16, BIAS);
    return Stream.of(
        Arguments.of("nothing", new byte[0], "safetensors-too-short"),
        Arguments.of(
            "text",
            "not weights at all".getBytes(StandardCharsets.UTF_8),
            "safetensors-header-too-long"),
        Arguments.of("cut off", Arrays.copyOf(good, good.length - 4), "safetensors-truncated"),
        Arguments.of("NaN", file(METADATA, weight(Float.NaN), bias()), "tensor-not-finite"),
        Arguments.of(
            "infinity",
            file(METADATA, weight(Float.NEGATIVE_INFINITY), bias()),
            "tensor-not-finite"),
        Arguments.of("missing tensor", file(METADATA, weight(1)), "tensor-missing"),
        Arguments.of(
            "extra tensor",
            file(METADATA, weight(1), bias(), Tensor.ofFloats("more", BIAS, new float[3])),
            "tensor-unexpected"),
        Arguments.of(
            "wrong shape",
            file(METADATA, Tensor.ofFloats("output.weight", Shape.of(5, 3), new float[15]), bias()),
            "tensor-shape-mismatch"),
        Arguments.of(
            "wrong dtype",
            file(METADATA, weight(1), Tensor.of(half, ByteBuffer.allocate(6))),
            "tensor-dtype-mismatch"),
        Arguments.of("no metadata", file(Map.of(), weight(1), bias()), "update-metadata-missing"),
        Arguments.of(
            "no examples",
            file(Map.of("kumiai.examples", "0", "kumiai.training_loss", "1"), weight(1), bias()),
            "update-examples-invalid"),
        Arguments.of(
            "more examples than announced",
            file(Map.of("kumiai.examples", "99", "kumiai.training_loss", "1"), weight(1), bias()),
            "update-examples-unannounced"),
        Arguments.of(
            "more steps than there are batches",
            file(new UpdateMetadata(3, 1, 2L, null).toMap(), weight(1), bias()),
            "update-steps-unannounced"),
        Arguments.of(
            "metadata without numbers",
            file(Map.of("kumiai.examples", "few", "kumiai.training_loss", "1"), weight(1), bias()),
            "update-metadata-invalid"));
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("wrongFiles")
  void refusesAWrongFileByNameAndLeavesNothingBehind(String what, byte[] body, String code) {
    Attempt attempt = train();

    attempt
        .put(body)
        .statusCode(400)
        .contentType(Problem.MEDIA_TYPE)
        .body("type", equalTo(Problem.TYPE_PREFIX + code))
        .body("status", equalTo(400));

    assertNothingLeft(body);
    attempt.put(attempt.update()).statusCode(201);
    assertThat(aggregator.awaitEnd(attempt.run()).phase()).isEqualTo(RunPhase.SUCCEEDED);
  }

  /// A site with 3 private samples and 6 generated ones, by how it trains on them.
  private Attempt trainOnGenerated(TinySpec spec, TinySite site) {
    RunId run = aggregator.startInitialized(spec.generating(6), site);
    site.workOnce(TaskKind.GENERATE);
    return new Attempt(site, run, site.claim(TaskKind.TRAIN), site.token());
  }

  private static byte[] votes(int examples, long steps) {
    return file(new UpdateMetadata(examples, 1, steps, null).toMap(), weight(1), bias());
  }

  @Test
  void privateSamplesThatAreNotTrainedOnHaveNoVote() {
    TinySite site = aggregator.site("a", 1, 1, 1);
    Attempt attempt =
        trainOnGenerated(new TinySpec(site).trainingOn(TrainsOn.GENERATED_ONLY), site);

    attempt
        .put(votes(7, 1))
        .statusCode(400)
        .body("type", equalTo(Problem.TYPE_PREFIX + "update-examples-unannounced"));
    attempt.put(votes(6, 1)).statusCode(201);
  }

  @Test
  void eachPartThatIsTrainedOnInTurnMayEndWithABatchOfItsOwn() {
    TinySite site = aggregator.site("a", 1, 1, 1);
    Attempt attempt =
        trainOnGenerated(new TinySpec(site).generated(GeneratedOrder.GENERATED_LAST), site);

    attempt
        .put(votes(9, 3))
        .statusCode(400)
        .body("type", equalTo(Problem.TYPE_PREFIX + "update-steps-unannounced"));
    attempt.put(votes(9, 2)).statusCode(201);
  }

  @Test
  void labelsAreShuffledAlikeInEveryRoundAndNotWithoutNeed() {
    TinySite site = aggregator.site("a", 1, 1, 1);
    TinySpec spec = new TinySpec(site).rounds(2).trainingOn(TrainsOn.SHUFFLED_LABELS);
    Attempt first = trainOnGenerated(spec, site);
    first.put(first.update()).statusCode(201);
    TaskSpec.Train second = (TaskSpec.Train) site.claim(TaskKind.TRAIN).spec();

    TaskSpec.Train train = (TaskSpec.Train) first.task().spec();
    assertThat(train.labelSeed()).isNotNull().isEqualTo(second.labelSeed());
    assertThat(train.seed()).isNotEqualTo(second.seed());
    TinySite other = aggregator.site("b", 1, 1, 1);
    Attempt plain = trainOnGenerated(new TinySpec(other), other);
    assertThat(((TaskSpec.Train) plain.task().spec()).labelSeed()).isNull();
  }

  private void assertNothingLeft(byte[] body) {
    aggregator.awaitNoTemporaryFiles();
    assertThat(aggregator.keeps(Digest.of(body))).isFalse();
  }

  @Test
  void refusesABodyThatIsNotWhatItsDigestSays() {
    Attempt attempt = train();
    byte[] update = attempt.update();
    byte[] other = update.clone();
    other[other.length - 1] ^= 1;

    attempt
        .put(other, digestHeader(update))
        .statusCode(400)
        .body("type", equalTo(Problem.TYPE_PREFIX + "content-digest-mismatch"))
        .body("detail", containsString(Digest.of(other).toString()));

    assertNothingLeft(other);
  }

  @Test
  void refusesABodyWithoutADigest() {
    Attempt attempt = train();

    RestAssured.given()
        .auth()
        .oauth2(attempt.token())
        .contentType("application/octet-stream")
        .body(attempt.update())
        .put(attempt.path())
        .then()
        .statusCode(400)
        .body("type", equalTo(Problem.TYPE_PREFIX + "content-digest-missing"));
  }

  @ParameterizedTest
  @MethodSource("malformedDigests")
  void refusesADigestThatCannotBeRead(String header) {
    Attempt attempt = train();

    attempt
        .put(attempt.update(), header)
        .statusCode(400)
        .body("type", equalTo(Problem.TYPE_PREFIX + "content-digest-malformed"));
  }

  static Stream<String> malformedDigests() {
    return Stream.of("sha-256=abc", "sha-256=:AAAA:", "sha-512=:" + "A".repeat(86) + "==:");
  }

  @Test
  void dropsABodyThatBreaksOff() throws IOException {
    Attempt attempt = train();
    byte[] update = attempt.update();

    sendHalf(attempt, update);

    assertNothingLeft(update);
    assertThat(aggregator.task(attempt.run(), 1, TaskKind.TRAIN, attempt.site()).state())
        .isEqualTo(TaskView.State.CLAIMED);
    attempt.put(update).statusCode(201);
  }

  private void sendHalf(Attempt attempt, byte[] body) throws IOException {
    URI base = Aggregator.address();
    String head =
        """
        PUT %s HTTP/1.1
        Host: localhost
        Authorization: Bearer %s
        Content-Type: application/octet-stream
        Content-Digest: %s
        Content-Length: %d
        %s

        """
            .formatted(
                attempt.path(),
                attempt.token(),
                digestHeader(body),
                body.length,
                attempt.signature(body))
            .replace("\n", "\r\n");
    try (Socket socket = new Socket(base.getHost(), base.getPort())) {
      socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().write(body, 0, body.length / 2);
      socket.getOutputStream().flush();
      Aggregator.await(aggregator::temporaryFiles, files -> !files.isEmpty());
    }
  }

  @Test
  void sameUploadAgainChangesNothing() {
    Attempt attempt = train();
    byte[] update = attempt.update();

    attempt.put(update).statusCode(201);
    attempt.put(update).statusCode(200);

    assertThat(aggregator.awaitEnd(attempt.run()).phase()).isEqualTo(RunPhase.SUCCEEDED);
    attempt.put(update).statusCode(200);
  }

  @Test
  void anotherUploadForATakenKeyIsRefused() {
    Attempt attempt = train();
    byte[] other = file(METADATA, weight(9), bias());
    attempt.put(attempt.update()).statusCode(201);

    attempt
        .put(other)
        .statusCode(409)
        .body("type", equalTo(Problem.TYPE_PREFIX + "update-already-accepted"));

    assertNothingLeft(other);
  }

  @Test
  void exactlyOneOfManyRacingUploadsWins() throws Exception {
    Attempt attempt = train();
    List<byte[]> bodies =
        IntStream.range(0, 12).mapToObj(i -> file(METADATA, weight(i), bias())).toList();

    List<Integer> statuses = race(bodies.stream().map(body -> put(attempt, body)).toList());

    assertThat(statuses).containsOnly(201, 409).containsOnlyOnce(201);
    assertThat(bodies.stream().filter(body -> aggregator.keeps(Digest.of(body)))).hasSize(1);
    aggregator.awaitNoTemporaryFiles();
  }

  @Test
  void sameUploadRacingWithItselfIsAcceptedOnce() throws Exception {
    Attempt attempt = train();
    byte[] update = attempt.update();

    List<Integer> statuses =
        race(IntStream.range(0, 12).mapToObj(_ -> put(attempt, update)).toList());

    assertThat(statuses).containsOnly(200, 201).containsOnlyOnce(201);
    aggregator.awaitNoTemporaryFiles();
  }

  private static Callable<Integer> put(Attempt attempt, byte[] body) {
    return () -> attempt.put(body).extract().statusCode();
  }

  private static List<Integer> race(List<Callable<Integer>> calls) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(calls.size())) {
      List<Integer> results = new ArrayList<>();
      for (Future<Integer> future : threads.invokeAll(calls)) {
        results.add(future.get());
      }
      return results;
    }
  }

  @Test
  void refusesWeightsForATaskThatMakesNone() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a).generating(9), a);
    Attempt attempt = new Attempt(a, run, a.claim(TaskKind.GENERATE), a.token());

    attempt
        .put(file(METADATA, weight(1), bias()))
        .statusCode(409)
        .body("type", equalTo(Problem.TYPE_PREFIX + "task-makes-no-weights"));
  }

  @Test
  void refusesUploadedInitialWeightsThatAreNotFinite() {
    byte[] body = file(Map.of(), weight(Float.NaN), bias());

    RestAssured.given()
        .contentType("application/octet-stream")
        .header("Content-Digest", digestHeader(body))
        .body(body)
        .post("/api/v1/models")
        .then()
        .statusCode(400)
        .body("type", equalTo(Problem.TYPE_PREFIX + "tensor-not-finite"));
    assertNothingLeft(body);
  }
}
