package dev.kumiai.aggregation.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.protocol.event.RequestType;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CloudEventReaderTest {

  private static final RequestKey PLACE = new RequestKey("kafka:run-requests/0", "17");
  private static final Map<String, String> STRUCTURED =
      Map.of("content-type", "application/cloudevents+json; charset=UTF-8");

  private static RawRequest raw(Map<String, String> headers, String body) {
    return new RawRequest(PLACE, headers, body.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void readsStructuredMode() {
    RunRequest request =
        CloudEventReader.read(
            raw(
                STRUCTURED,
                """
                {"specversion":"1.0","id":"1","source":"/mlops","type":"dev.kumiai.run.create",
                 "subject":null,"anextension":7,"data":{"name":"a","rounds":2}}
                """));

    assertThat(request.key()).isEqualTo(new RequestKey("/mlops", "1"));
    assertThat(request.type()).isEqualTo(RequestType.CREATE);
    assertThat(request.subject()).isNull();
    assertThat(request.data()).isEqualTo("{\"name\":\"a\",\"rounds\":2}");
  }

  @Test
  void readsBase64AsItsBytes() {
    RunRequest request =
        CloudEventReader.read(
            raw(
                STRUCTURED,
                """
                {"specversion":"1.0","id":"1","source":"/mlops","type":"dev.kumiai.run.create",
                 "data_base64":"e30="}
                """));

    assertThat(request.data()).isEqualTo("{}");
  }

  @Test
  void readsBinaryMode() {
    RunRequest request =
        CloudEventReader.read(
            raw(
                Map.of(
                    "ce_specversion", "1.0",
                    "ce_id", "1",
                    "ce_source", "/mlops",
                    "ce_type", "dev.kumiai.run.cancel",
                    "ce_subject", "a run",
                    "content-type", "application/json"),
                ""));

    assertThat(request)
        .isEqualTo(new RunRequest(new RequestKey("/mlops", "1"), RequestType.CANCEL, "a run", ""));
  }

  @Test
  void tellsEveryMistake() {
    assertThatThrownBy(
            () ->
                CloudEventReader.read(
                    raw(STRUCTURED, "{\"specversion\":\"0.3\",\"source\":\"/x\",\"type\":\"y\"}")))
        .isInstanceOfSatisfying(
            KumiaiException.Invalid.class,
            refusal ->
                assertThat(refusal.violations())
                    .extracting(Violation::where)
                    .containsExactly("/id", "/specversion", "/type"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "7", "{", "{}{}", "{\"id\":1,\"id\":2}"})
  void refusesWhatIsNoEvent(String body) {
    RawRequest raw = raw(STRUCTURED, body);

    assertThatThrownBy(() -> CloudEventReader.read(raw))
        .isInstanceOf(KumiaiException.Invalid.class)
        .extracting("code")
        .isEqualTo("request-malformed");
    assertThat(CloudEventReader.key(raw)).isEqualTo(PLACE);
  }

  @Test
  void refusesBytesThatAreNoText() {
    RawRequest raw = new RawRequest(PLACE, STRUCTURED, new byte[] {(byte) 0xff, 1, 2});

    assertThatThrownBy(() -> CloudEventReader.read(raw))
        .isInstanceOf(KumiaiException.Invalid.class)
        .hasMessageContaining("UTF-8");
  }

  /// Else one could not be told from another that is as bad.
  @Test
  void knowsAMalformedEventByItsIdIfItHasOne() {
    assertThat(
            CloudEventReader.key(
                raw(STRUCTURED, "{\"id\":\"5\",\"source\":\"/x\",\"type\":\"y\"}")))
        .isEqualTo(new RequestKey("/x", "5"));
    assertThat(
            CloudEventReader.key(
                raw(STRUCTURED, "{\"id\":\"%s\",\"source\":\"/x\"}".formatted("5".repeat(256)))))
        .isEqualTo(PLACE);
  }
}
