package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.event.CloudEvent;
import dev.kumiai.protocol.event.EventType;
import dev.kumiai.protocol.run.RunPhase;
import io.restassured.RestAssured;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/// The packaged aggregator with the profile `kafka`, and a real broker: what happens to either,
/// nothing is lost, and what comes twice says so by its id.
@Tag("slow")
class KafkaIT {

  private static final ObjectMapper MAPPER = KumiaiJson.mapper();
  private static KafkaBroker broker;

  @TempDir private Path folder = Path.of("");

  @BeforeAll
  static void startBroker() throws IOException {
    broker = KafkaBroker.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  private AggregatorProcess start(String topics, Map<String, String> more) throws IOException {
    Map<String, String> config = new HashMap<>(broker.profile());
    config.put("mp.messaging.outgoing.run-events.topic", topics + "-events");
    config.put("mp.messaging.outgoing.audit.topic", topics + "-audit");
    config.put("mp.messaging.incoming.run-requests.topic", topics + "-requests");
    config.put("kumiai.events.max-retry-delay", "1s");
    config.putAll(more);
    return AggregatorProcess.start(folder.resolve("data"), config);
  }

  private static KafkaTopic topic(String topics, String name) {
    return new KafkaTopic(broker, topics + "-" + name);
  }

  @Test
  void tellsRunsInOrderThoughTheBrokerIsKilledInTheMiddle() throws Exception {
    nothingIsLostThoughTheBrokerIsAway("away", Duration.ofSeconds(5));
  }

  @Test
  void tellsRunsInOrderThoughTheBrokerIsAwayForAMinute() throws Exception {
    nothingIsLostThoughTheBrokerIsAway("minute", Duration.ofMinutes(1));
  }

  private void nothingIsLostThoughTheBrokerIsAway(String topics, Duration away) throws Exception {
    try (AggregatorProcess aggregator = start(topics, Map.of());
        KafkaTopic events = topic(topics, "events");
        KafkaTopic audit = topic(topics, "audit");
        AggregatorClient client = aggregator.client();
        TinySite a = TinySite.join(aggregator.address(), "a", 5, 1, 1);
        TinySite b = TinySite.join(aggregator.address(), "b", 1, 1, 9)) {
      TinySpec spec = new TinySpec(a, b).rounds(2);
      RunId undisturbed = client.createRun(spec.build()).run();
      RunId disturbed = client.createRun(spec.build()).run();
      work(a, b, 1);
      events.await(all -> has(all, disturbed, EventType.ROUND_CLOSED));

      broker.kill();
      long back = System.nanoTime() + away.toNanos();
      work(a, b, 2);
      Aggregator.await(() -> client.run(disturbed).phase(), RunPhase.SUCCEEDED::equals);
      assertThat(waiting(aggregator, "run-events")).isPositive();
      LockSupport.parkNanos(back - System.nanoTime());
      broker.startAgain();

      List<KafkaTopic.Entry> all =
          events.await(
              entries ->
                  has(entries, undisturbed, EventType.RUN_SUCCEEDED)
                      && has(entries, disturbed, EventType.RUN_SUCCEEDED));
      assertTold(aggregator, undisturbed, all);
      assertTold(aggregator, disturbed, all);
      Aggregator.await(() -> waiting(aggregator, "run-events"), count -> count == 0);
      assertThat(audit.await(entries -> entries.size() >= 4))
          .extracting(KafkaTopic.Entry::type)
          .containsOnly(EventType.AUDIT.type());
    }
  }

  /// Both runs' next round, whichever comes first; before round 1, the first weights.
  private static void work(TinySite a, TinySite b, int round) {
    if (round == 1) {
      a.workOnce(TaskKind.INITIALIZE);
      a.workOnce(TaskKind.INITIALIZE);
    }
    for (int run = 0; run < 2; run++) {
      a.workOnce(TaskKind.TRAIN);
      b.workOnce(TaskKind.TRAIN);
    }
  }

  private static boolean has(List<KafkaTopic.Entry> entries, RunId run, EventType type) {
    return entries.stream()
        .anyMatch(entry -> run.value().equals(entry.key()) && entry.type().equals(type.type()));
  }

  private static int waiting(AggregatorProcess aggregator, String channel) {
    return RestAssured.get(aggregator.address() + "/q/health/ready")
        .then()
        .statusCode(200)
        .extract()
        .jsonPath()
        .getInt("checks.find { it.name == 'events' }.data['%s waiting']".formatted(channel));
  }

  /// What the topic tells of a run is what the aggregator itself tells, in that order; what came
  /// more than once is the same each time.
  private static void assertTold(
      AggregatorProcess aggregator, RunId run, List<KafkaTopic.Entry> all) {
    List<KafkaTopic.Entry> told = told(all, run);
    Map<String, KafkaTopic.Entry> byId = new LinkedHashMap<>();
    told.forEach(
        entry -> {
          KafkaTopic.Entry before = byId.putIfAbsent(entry.id(), entry);
          assertThat(before == null ? entry : before).isEqualTo(entry);
        });
    try (EventStream stream =
        EventStream.open(aggregator.address(), "/api/v1/runs/" + run + "/events", null)) {
      List<CloudEvent> expected =
          stream.await(one -> one.name().equals(EventType.RUN_SUCCEEDED.type())).stream()
              .map(EventStream.Received::event)
              .toList();
      assertThat(byId.keySet())
          .containsExactlyElementsOf(expected.stream().map(CloudEvent::id).toList());
      expected.forEach(event -> assertSame(event, Objects.requireNonNull(byId.get(event.id()))));
    }
    assertThat(told).extracting(KafkaTopic.Entry::partition).containsOnly(told.get(0).partition());
  }

  private static List<KafkaTopic.Entry> told(List<KafkaTopic.Entry> all, RunId run) {
    return all.stream().filter(entry -> run.value().equals(entry.key())).toList();
  }

  private static void assertSame(CloudEvent event, KafkaTopic.Entry entry) {
    assertThat(entry.headers())
        .containsEntry("ce_specversion", "1.0")
        .containsEntry("ce_type", event.type())
        .containsEntry("ce_source", event.source())
        .containsEntry("ce_subject", event.subject())
        .containsEntry("ce_sequence", event.sequence())
        .containsEntry("content-type", "application/json");
    // One may write 49521 where the other writes 495210.
    assertThat(entry.headers().get("ce_time"))
        .satisfies(time -> assertThat(Instant.parse(time)).isEqualTo(event.time()));
    try {
      assertThat(MAPPER.readTree(entry.value())).isEqualTo(event.data());
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  /// The mark is held up by a lock on its table, which the publisher's own lock does not mind.
  @Test
  void sendsAgainWithTheSameIdsWhatWasNotMarkedAsSentWhenTheAggregatorWasKilled() throws Exception {
    assumeThat(PostgresServer.programs()).as("PostgreSQL is installed").isPresent();
    try (PostgresServer postgres = PostgresServer.start();
        KafkaTopic events = topic("again", "events");
        Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      Map<String, String> config = new HashMap<>(postgres.profile());
      config.put("quarkus.profile", "postgresql,kafka");
      AggregatorProcess[] aggregators = {start("again", config)};
      try (TinySite a = TinySite.join(aggregators[0].address(), "a", 1, 1, 1);
          AggregatorClient client = aggregators[0].client()) {
        Aggregator.await(() -> waiting(aggregators[0], "run-events"), count -> count == 0);
        broker.kill();
        RunId run = client.createRun(new TinySpec(a).build()).run();
        a.workOnce(TaskKind.INITIALIZE);
        a.workOnce(TaskKind.TRAIN);
        Aggregator.await(() -> client.run(run).phase(), RunPhase.SUCCEEDED::equals);
        Aggregator.await(
            () -> number(statement, "select count(*) from outbox where place is null"),
            count -> count == 0);
        String head = "select place from outbox_head where name = 'run-events'";
        long marked = number(statement, head);
        connection.setAutoCommit(false);
        statement.execute("lock table outbox_head in share mode");

        // As many as were ready when a sending began; none of them can be marked.
        broker.startAgain();
        KafkaTopic.Entry sent =
            told(events.await(all -> !told(all, run).isEmpty()), run).getFirst();
        assertThat(number(statement, head)).isEqualTo(marked);
        aggregators[0] = aggregators[0].killAndStartAgain();
        connection.rollback();

        List<KafkaTopic.Entry> all =
            events.await(
                entries ->
                    has(entries, run, EventType.RUN_SUCCEEDED)
                        && told(entries, run).stream().filter(sent::equals).count() > 1);
        assertThat(told(all, run).stream().filter(sent::equals)).hasSize(2);
        assertTold(aggregators[0], run, all);
      } finally {
        aggregators[0].close();
      }
    }
  }

  private static long number(Statement statement, String query) {
    try (var rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static final Map<String, String> STRUCTURED =
      Map.of("content-type", CloudEvent.MEDIA_TYPE);

  private static byte[] structured(String id, Object data) throws JsonProcessingException {
    return MAPPER.writeValueAsBytes(
        Map.of(
            "specversion", "1.0",
            "id", id,
            "source", "/mlops",
            "type", "dev.kumiai.run.create",
            "data", data));
  }

  @Test
  void startsOneRunPerRequestAndIsNotHeldUpByNonsense() throws Exception {
    AggregatorProcess aggregator = start("asked", Map.of());
    try (KafkaTopic requests = topic("asked", "requests");
        KafkaTopic events = topic("asked", "events");
        AggregatorClient client = aggregator.client();
        TinySite a = TinySite.join(aggregator.address(), "a", 1, 1, 1)) {
      byte[] good = structured("1", new TinySpec(a).build());
      requests.send(Map.of(), "hello".getBytes(StandardCharsets.UTF_8));
      requests.send(STRUCTURED, null);
      requests.send(STRUCTURED, structured("2", Map.of("name", "x", "roundz", 1)));
      requests.send(STRUCTURED, good);
      requests.send(STRUCTURED, good);
      List<KafkaTopic.Entry> answers = events.await(all -> answers(all).size() == 4);

      assertThat(client.runs()).hasSize(1);
      RunId run = client.runs().getFirst().run();
      assertThat(answers(answers))
          .filteredOn(entry -> entry.type().equals(EventType.REQUEST_ACCEPTED.type()))
          .singleElement()
          .satisfies(
              entry ->
                  assertThat(MAPPER.readTree(entry.value()))
                      .isEqualTo(
                          MAPPER.valueToTree(
                              Map.of("source", "/mlops", "id", "1", "run", run.value()))));
      assertThat(answers(answers))
          .filteredOn(entry -> entry.type().equals(EventType.REQUEST_REFUSED.type()))
          .extracting(KafkaTopic.Entry::value)
          .anySatisfy(value -> assertThat(value).contains("kafka:asked-requests/"))
          .anySatisfy(value -> assertThat(value).contains("/roundz").contains("/rounds"));

      aggregator = aggregator.killAndStartAgain();
      requests.send(STRUCTURED, good);
      requests.send(
          Map.of(
              "ce_specversion", "1.0",
              "ce_id", "3",
              "ce_source", "/mlops",
              "ce_type", "dev.kumiai.run.cancel",
              "ce_subject", run.value()),
          null);

      Aggregator.await(() -> client.run(run).phase(), RunPhase.CANCELLED::equals);
      events.await(all -> answers(all).size() == 5);
      assertThat(client.runs()).hasSize(1);
    } finally {
      aggregator.close();
    }
  }

  private static List<KafkaTopic.Entry> answers(List<KafkaTopic.Entry> entries) {
    return entries.stream()
        .filter(entry -> entry.type().startsWith("dev.kumiai.run.request-"))
        .toList();
  }

  @Test
  void startsAndWorksWhileThereIsNoBroker() throws Exception {
    try (AggregatorProcess aggregator =
            start("nowhere", Map.of("kafka.bootstrap.servers", "127.0.0.1:1"));
        AggregatorClient client = aggregator.client();
        TinySite a = TinySite.join(aggregator.address(), "a", 1, 1, 1)) {
      RunId run = client.createRun(new TinySpec(a).build()).run();
      a.workOnce(TaskKind.INITIALIZE);
      a.workOnce(TaskKind.TRAIN);

      Aggregator.await(() -> client.run(run).phase(), RunPhase.SUCCEEDED::equals);
      assertThat(waiting(aggregator, "run-events")).isPositive();
    }
  }

  @Test
  @DisabledIfEnvironmentVariable(
      named = "KUMIAI_NATIVE",
      matches = ".+",
      disabledReason = "asks a JVM for the classes that it initialized")
  void withoutTheProfileNoClassOfKafkaIsInitialized() throws Exception {
    Path classes = folder.resolve("classes.log");
    try (AggregatorProcess aggregator =
            AggregatorProcess.start(
                folder.resolve("data"),
                Map.of("kafka.bootstrap.servers", broker.address()),
                List.of("-Xlog:class+init:file=" + classes));
        AggregatorClient client = aggregator.client();
        TinySite a = TinySite.join(aggregator.address(), "a", 1, 1, 1)) {
      RunId run = client.createRun(new TinySpec(a).build()).run();
      a.workOnce(TaskKind.INITIALIZE);
      a.workOnce(TaskKind.TRAIN);
      Aggregator.await(() -> client.run(run).phase(), RunPhase.SUCCEEDED::equals);
      Aggregator.await(() -> waiting(aggregator, "run-events"), count -> count == 0);
    }

    assertThat(Files.readString(classes))
        .contains("Initializing 'dev/kumiai/aggregation/messaging/EventChannels'")
        .doesNotContain("Initializing 'org/apache/kafka/");
  }
}
