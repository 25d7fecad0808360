package dev.kumiai.generation.remote;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.engine.generator.Generator;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What can go wrong at an image service, on a real connection.
final class RemoteFaultsTest {

  private static final Map<String, String> PRICED =
      Map.of("price-per-image", "0.04", "currency", "EUR");

  @TempDir private Path root;
  private Studio studio;

  @BeforeEach
  void start() throws IOException {
    studio = new Studio(root);
    studio.policy("remoteGenerators: [studio]");
  }

  @AfterEach
  void stop() {
    studio.close();
  }

  private void fails(Generator generator, String code) {
    assertThatThrownBy(() -> Studio.generate(generator, 0, 1))
        .isInstanceOf(KumiaiException.class)
        .hasMessageContaining("remote:studio")
        .extracting("code")
        .isEqualTo(code);
  }

  private static BigDecimal money(Generator generator) {
    return Objects.requireNonNull(generator.cost().money());
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void whatMayPassIsAskedForAgain(int status) {
    studio.answersFirst(aResponse().withStatus(status));
    Generator generator = studio.generator(PRICED);

    assertThat(Studio.generate(generator, 0, 2)).hasSize(2);

    assertThat(studio.requests()).hasSize(3);
    assertThat(generator.cost().calls()).isEqualTo(3);
    // What a gateway gave up may have been made, and paid for.
    String paid = List.of(408, 502, 504).contains(status) ? "0.12" : "0.08";
    assertThat(money(generator)).isEqualByComparingTo(paid);
    assertThat(generator.cost().currency()).isEqualTo("EUR");
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void aBrokenConnectionIsMadeAnewAndMayHaveCost(Fault fault) {
    studio.answersFirst(aResponse().withFault(fault));
    Generator generator = studio.generator(PRICED);

    assertThat(Studio.generate(generator, 0, 1)).hasSize(1);

    assertThat(money(generator)).isEqualByComparingTo("0.08");
  }

  @Test
  void aBodyThatIsCutOffIsAskedForAgain() {
    // Promises more than it sends, and hangs up.
    studio.answersFirst(
        okJson(Studio.answer(studio.file(0)))
            .withHeader("Content-Length", "100000")
            .withHeader("Connection", "close"));
    Generator generator = studio.generator(Map.of("timeout", "2s"));

    assertThat(Studio.generate(generator, 0, 1)).hasSize(1);
    assertThat(studio.requests()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anAnswerThatDoesNotComeInTimeIsAskedForAgain(boolean trickles) {
    ResponseDefinitionBuilder slow =
        trickles
            ? studio.picture(0).withChunkedDribbleDelay(20, 20_000)
            : studio.picture(0).withFixedDelay(20_000);
    studio.answers(slow);
    Generator generator = studio.generator(Map.of("timeout", "300ms", "max-attempts", "2"));

    fails(generator, "remote-timeout");
    assertThat(studio.requests()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void retryAfterIsObeyedByAll(boolean asDate) {
    // A date has whole seconds, and may be up to one sooner.
    String value =
        asDate
            ? DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(3))
            : "2";
    studio.answersFirst(aResponse().withStatus(429).withHeader("Retry-After", value));
    Generator generator = studio.generator(Map.of());

    Studio.generate(generator, 0, 3);

    List<LoggedRequest> requests = studio.requests();
    assertThat(requests).hasSize(4);
    assertThat(
            Duration.between(
                requests.get(0).getLoggedDate().toInstant(),
                requests.get(1).getLoggedDate().toInstant()))
        .isGreaterThan(Duration.ofMillis(asDate ? 1000 : 1990));
  }

  @Test
  void aServiceThatWantsALongPauseIsNotWaitedFor() {
    studio.answers(aResponse().withStatus(429).withHeader("Retry-After", "86400"));

    fails(studio.generator(Map.of()), "remote-busy");
    assertThat(studio.requests()).hasSize(1);
  }

  @Test
  void triesAreBoundedAndCostNothingWhenNothingWasMade() throws Exception {
    studio.answers(aResponse().withStatus(500));
    Generator generator = studio.generator(with(PRICED, "max-attempts", "3"));

    fails(generator, "remote-unavailable");

    assertThat(studio.requests()).hasSize(3);
    assertThat(generator.cost().calls()).isEqualTo(3);
    assertThat(money(generator)).isEqualByComparingTo("0");
    assertThat(studio.site().path().resolve("spending.json")).content().contains("\"money\":0.00");
  }

  private static Map<String, String> with(Map<String, String> keys, String key, String value) {
    Map<String, String> more = new java.util.TreeMap<>(keys);
    more.put(key, value);
    return more;
  }

  private static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of(400, "content_policy_violation", "remote-refused"),
        Arguments.of(404, "model_not_found", "remote-refused"),
        Arguments.of(302, "moved", "remote-refused"),
        Arguments.of(401, "invalid_api_key", "remote-credentials-refused"),
        Arguments.of(403, "forbidden", "remote-credentials-refused"),
        Arguments.of(429, "insufficient_quota", "remote-quota-used-up"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void whatStaysWrongIsAskedOnceAndToldWithoutThePrompt(int status, String code, String expected) {
    studio.answers(
        Studio.status(
                status,
                "{\"error\": {\"code\": \"%s\", \"message\": \"bad prompt: pit number 0\"}}"
                    .formatted(code))
            .withHeader("Location", studio.server().baseUrl() + "/elsewhere"));

    assertThatThrownBy(() -> Studio.generate(studio.generator(PRICED), 0, 1))
        .hasMessageContainingAll(String.valueOf(status), code)
        .hasMessageNotContaining("pit number")
        .extracting("code")
        .isEqualTo(expected);
    assertThat(studio.requests()).hasSize(1);
  }

  private static Stream<ResponseDefinitionBuilder> nonsense() {
    return Stream.of(
        ok("<html><body>Please log in</body></html>").withHeader("Content-Type", "text/html"),
        okJson(""),
        okJson("{\"data\": [{\"b64_json\": \"iVBOR"),
        okJson("[]"),
        okJson("{\"data\": []}"),
        okJson("{\"data\": null}"),
        okJson("{\"data\": [{\"url\": \"http://127.0.0.1/picture.png\"}]}"),
        okJson("{\"data\": [{\"b64_json\": 7}]}"),
        okJson("{\"data\": [{\"b64_json\": \"not base64!\"}]}"),
        okJson("{\"data\": [{\"b64_json\": \"\"}]}"),
        okJson("{\"data\": [{\"b64_json\": \"aGVsbG8=\"}, {\"b64_json\": \"aGVsbG8=\"}]}"),
        okJson(Studio.answer("GIF89a, say".getBytes(java.nio.charset.StandardCharsets.UTF_8))),
        okJson(Studio.answer(claimingToBeHuge())));
  }

  /// A PNG whose header tells of 65,000 x 65,000 pixels.
  private static byte[] claimingToBeHuge() {
    ByteBuffer png = ByteBuffer.allocate(64);
    png.put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    png.putInt(13).put(new byte[] {'I', 'H', 'D', 'R'}).putInt(65_000).putInt(65_000);
    png.position(52).put(new byte[] {'I', 'E', 'N', 'D'});
    return png.array();
  }

  @ParameterizedTest
  @MethodSource("nonsense")
  void nonsenseIsToldAndNotBoughtAgain(ResponseDefinitionBuilder answer) {
    studio.answers(answer);
    Generator generator = studio.generator(PRICED);

    fails(generator, "remote-answer-unusable");
    assertThat(studio.requests()).hasSize(1);
    assertThat(money(generator)).isEqualByComparingTo("0.04");
  }

  @Test
  void anEndlessBodyIsNotRead() {
    studio.answers(ok().withBody(new byte[ImagesEndpoint.MOST_ANSWER_BYTES + 1]));

    fails(studio.generator(Map.of()), "remote-answer-too-large");
    assertThat(studio.requests()).hasSize(1);
  }

  @Test
  void aServiceThatIsNotThereIsTold() {
    fails(
        studio.generator(Map.of("max-attempts", "2", "url", "http://127.0.0.1:1/v1")),
        "remote-unreachable");
  }

  @Test
  void aServiceThatFailsAllTheTimeIsLeftAlone() {
    studio.answers(aResponse().withStatus(500));
    RemoteServices services = studio.services(Map.of("max-attempts", "2"));
    Generator generator = services.open("studio", studio.site(), Studio.FORM);

    fails(generator, "remote-unavailable");
    fails(generator, "remote-unavailable");
    fails(generator, "service-resting");
    // The next task, too.
    fails(services.open("studio", studio.site(), Studio.FORM), "service-resting");

    assertThat(studio.requests()).hasSize(4);
  }

  @Test
  void requestsAreSpreadEvenly() {
    studio.answers(studio.picture(0));
    Generator generator = studio.generator(Map.of("requests-per-minute", "300", "parallel", "4"));

    long begun = System.nanoTime();
    Studio.generate(generator, 0, 6);

    // Five spacings of a fifth of a second.
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(990));
  }

  @Test
  void nothingIsAskedForBeyondWhatTheSiteMaySpend() throws Exception {
    studio.answers(studio.picture(0));
    Map<String, String> limited = with(PRICED, "max-cost", "0.10");
    Generator generator = studio.generator(limited);
    Studio.generate(generator, 0, 1);

    // All or none: what is made of a batch that does not become whole is lost.
    assertThatThrownBy(() -> Studio.generate(generator, 1, 2))
        .isInstanceOf(KumiaiException.Forbidden.class)
        .hasMessageContaining("0.04 EUR")
        .extracting("code")
        .isEqualTo("remote-cost-limit");
    Studio.generate(generator, 1, 1);
    // A restart forgets nothing, and a higher limit lets the set go on.
    fails(studio.generator(limited), "remote-cost-limit");
    assertThat(studio.requests()).hasSize(2);
    Studio.generate(studio.generator(with(PRICED, "max-cost", "0.12")), 2, 1);
    assertThat(Files.readString(studio.site().path().resolve("spending.json")))
        .isEqualTo("{\"studio\":{\"money\":0.12,\"currency\":\"EUR\"}}");

    assertThatThrownBy(
            () ->
                Studio.generate(
                    studio.generator(Map.of("price-per-image", "1", "currency", "USD")), 0, 1))
        .extracting("code")
        .isEqualTo("remote-currency-changed");
  }

  @Test
  void manyRequestsAtATimeSpendNoMoreThanTheLimit() throws Exception {
    studio.answers(aResponse().withFault(Fault.EMPTY_RESPONSE));
    Generator generator = studio.generator(with(with(PRICED, "max-cost", "0.20"), "parallel", "4"));

    assertThatThrownBy(() -> Studio.generate(generator, 0, 4)).isInstanceOf(KumiaiException.class);
    assertThat(studio.requests()).hasSizeLessThanOrEqualTo(5);
    assertThat(money(generator)).isLessThanOrEqualTo(new BigDecimal("0.20"));
  }

  @Test
  void anInterruptionEndsItAtOnce() throws Exception {
    studio.answers(studio.picture(0).withFixedDelay(60_000));
    Generator generator = studio.generator(Map.of("parallel", "3"));
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    CountDownLatch begun = new CountDownLatch(1);
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  begun.countDown();
                  try {
                    Studio.generate(generator, 0, 3);
                  } catch (KumiaiException e) {
                    thrown.set(e);
                  }
                });
    begun.await();

    thread.interrupt();

    assertThat(thread.join(Duration.ofSeconds(20))).isTrue();
    assertThat(thrown.get()).isInstanceOf(KumiaiException.Cancelled.class);
  }
}
