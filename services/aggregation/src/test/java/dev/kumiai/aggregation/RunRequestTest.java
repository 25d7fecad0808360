package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.aggregation.request.Outcome;
import dev.kumiai.aggregation.request.RawRequest;
import dev.kumiai.aggregation.request.RequestKey;
import dev.kumiai.aggregation.request.TakeRunRequest;
import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.core.RunId;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.protocol.run.RunPhase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class RunRequestTest {

  private final Aggregator aggregator;
  private final TakeRunRequest takeRunRequest;
  private final String source = "/test/" + UUID.randomUUID();
  private int offset;

  @Inject
  RunRequestTest(Aggregator aggregator, TakeRunRequest takeRunRequest) {
    this.aggregator = aggregator;
    this.takeRunRequest = takeRunRequest;
  }

  @AfterEach
  void endWhatIsLeft() {
    aggregator.close();
  }

  private Outcome take(String id, String type, Map<String, String> attributes, Object data)
      throws Exception {
    Map<String, String> headers = new java.util.HashMap<>(attributes);
    headers.put("ce_specversion", "1.0");
    headers.put("ce_id", id);
    headers.put("ce_source", source);
    headers.put("ce_type", type);
    return takeRunRequest.take(
        new RawRequest(
            new RequestKey(source, String.valueOf(offset++)),
            headers,
            KumiaiJson.mapper().writeValueAsBytes(data)));
  }

  private Outcome about(RunId run, String id, String type) throws Exception {
    return take(id, type, Map.of("ce_subject", run.value()), Map.of());
  }

  private long runsSinceStart() {
    return aggregator.client().runs().size();
  }

  @Test
  void startsOneRunHoweverOftenTheRequestComes() throws Exception {
    TinySite a = aggregator.site("a", 1, 1, 1);
    Object spec = new TinySpec(a).build();
    long before = runsSinceStart();

    Outcome first = take("1", "dev.kumiai.run.create", Map.of(), spec);
    Outcome again = take("1", "dev.kumiai.run.create", Map.of(), spec);

    assertThat(first).isInstanceOf(Outcome.Accepted.class).isEqualTo(again);
    assertThat(runsSinceStart()).isEqualTo(before + 1);
    RunId run = ((Outcome.Accepted) first).run();
    assertThat(aggregator.view(run).phase()).isEqualTo(RunPhase.INITIALIZING);
    aggregator.client().cancel(run);
  }

  @Test
  void putsOnHoldResumesAndCancels() throws Exception {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.start(new TinySpec(a));

    assertThat(about(run, "1", "dev.kumiai.run.suspend")).isEqualTo(new Outcome.Accepted(run));
    assertThat(aggregator.view(run).phase()).isEqualTo(RunPhase.SUSPENDED);
    about(run, "2", "dev.kumiai.run.resume");
    assertThat(aggregator.view(run).phase()).isEqualTo(RunPhase.INITIALIZING);
    about(run, "3", "dev.kumiai.run.cancel");
    assertThat(aggregator.view(run).phase()).isEqualTo(RunPhase.CANCELLED);
  }

  /// A request that came before and comes again must not undo what was done since.
  @Test
  void doesNotRepeatWhatItDid() throws Exception {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.start(new TinySpec(a));
    about(run, "1", "dev.kumiai.run.suspend");
    aggregator.client().resume(run);

    about(run, "1", "dev.kumiai.run.suspend");

    assertThat(aggregator.view(run).phase()).isEqualTo(RunPhase.INITIALIZING);
  }

  @Test
  void refusesASpecWithAllItsMistakesAndStartsNothing() throws Exception {
    long before = runsSinceStart();

    Outcome outcome =
        take(
            "1",
            "dev.kumiai.run.create",
            Map.of(),
            Map.of("name", "x", "rounds", 0, "roundz", 1, "seed", "many"));

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> {
              assertThat(refused.why().code()).isEqualTo("run-spec-invalid");
              assertThat(refused.why().violations())
                  .extracting(Violation::where)
                  .contains("/rounds", "/roundz", "/seed", "/data", "/sites");
            });
    assertThat(take("1", "dev.kumiai.run.create", Map.of(), Map.of())).isEqualTo(outcome);
    assertThat(runsSinceStart()).isEqualTo(before);
  }

  @Test
  void refusesWhatNamesNoRunOrOneThatIsOver() throws Exception {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.start(new TinySpec(a));
    about(run, "1", "dev.kumiai.run.cancel");

    assertThat(code(about(run, "2", "dev.kumiai.run.resume"))).isEqualTo("run-over");
    assertThat(code(about(RunId.random(), "3", "dev.kumiai.run.cancel"))).isEqualTo("run-unknown");
    assertThat(code(take("4", "dev.kumiai.run.cancel", Map.of(), Map.of())))
        .isEqualTo("request-malformed");
    assertThat(code(take("5", "dev.kumiai.run.cancel", Map.of("ce_subject", "x"), Map.of())))
        .isEqualTo("run-id-malformed");
  }

  @Test
  void refusesNonsense() {
    Outcome outcome =
        takeRunRequest.take(
            new RawRequest(
                new RequestKey(source, "noise"),
                Map.of(),
                "not an event".getBytes(StandardCharsets.UTF_8)));

    assertThat(code(outcome)).isEqualTo("request-malformed");
  }

  private static String code(Outcome outcome) {
    return outcome instanceof Outcome.Refused refused ? refused.why().code() : "accepted";
  }
}
