package dev.kumiai.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.error.Problem;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.TaskView;
import dev.kumiai.protocol.task.ClaimedTask;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the aggregator answers to what it must not believe. The test plays the sites itself.
class BadInputIT {

  @TempDir private static Path folder;
  private static Aggregator aggregator;

  @BeforeAll
  static void start() {
    aggregator = Aggregator.start(folder);
  }

  @AfterAll
  static void stop() {
    aggregator.close();
  }

  private static String spec(PlayedSite site) {
    return Http.json(Specs.played(site.site(), 1));
  }

  /// Starts a run of `site` and has it claim its first TRAIN task.
  private static ClaimedTask training(PlayedSite site) {
    aggregator.createRun(Specs.played(site.site(), 1));
    return site.claimFirstTraining();
  }

  private static void assertStillGoesOn(PlayedSite site, ClaimedTask task) {
    assertThat(site.upload(task, PlayedSite.UPDATE).status()).isEqualTo(201);
    assertThat(aggregator.awaitEnd(task.run()).phase()).isEqualTo(RunPhase.SUCCEEDED);
  }

  @Test
  void aMisspeltFieldIsNamed() {
    PlayedSite site = PlayedSite.join(aggregator, "misspelt");
    String misspelt = spec(site).replace("\"rounds\":", "\"round_s\":2,\"rounds\":");

    Answer answer = aggregator.http().postJson("runs", misspelt);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).contains("round_s");
    assertThat(answer.problem().code()).isNotBlank();
  }

  @Test
  void everyContradictionInASpecIsTold() {
    PlayedSite site = PlayedSite.join(aggregator, "contradictory");
    String contradictory =
        spec(site)
            .replace("\"epochs\":null", "\"epochs\":2")
            .replace("\"quorum\":1.0", "\"quorum\":1.5")
            .replace("\"contradictory\"", "\"contradictory\",\"nobody-knows-me\"");

    Answer answer = aggregator.http().postJson("runs", contradictory);

    assertThat(answer.status()).isEqualTo(400);
    List<Violation> violations = answer.problem().violations();
    assertThat(violations)
        .anyMatch(v -> (v.where() + v.what()).contains("epochs"))
        .anyMatch(v -> v.where().contains("quorum"))
        .anyMatch(v -> (v.where() + v.what()).contains("nobody-knows-me"));
  }

  @Test
  void textThatIsNoJsonIsRefused() {
    Answer answer = aggregator.http().postJson("runs", "{\"name\":");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.problem().code()).isEqualTo("json-malformed");
  }

  @Test
  void aSiteWithNoDataIsNamedBeforeARunStarts() {
    PlayedSite full = PlayedSite.join(aggregator, "full");
    SiteId bare = new SiteId("bare");
    aggregator.enrol(bare);
    RunSpec spec = Specs.of(Specs.TWO_CLASSES, List.of(full.site(), bare), 1, null, null);

    Answer answer = aggregator.http().post("runs", spec);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.problem().violations())
        .anyMatch(v -> (v.where() + v.what()).contains("bare"));
  }

  @Test
  void aSiteWithEmptyClassesOnlyIsNamedBeforeARunStarts() {
    PlayedSite empty = PlayedSite.join(aggregator, "empty");
    empty.announce(Map.of("bad", 0, "good", 0));

    Answer answer = aggregator.http().post("runs", Specs.played(empty.site(), 1));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.problem().violations())
        .anyMatch(v -> (v.where() + v.what()).contains("empty"));
  }

  @Test
  void aRunNobodyKnowsIsNotFound() {
    Answer answer = aggregator.http().get("runs/" + RunId.random());

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.problem().code()).isEqualTo("run-unknown");
  }

  @Test
  void nobodyUploadsWithoutAToken() {
    Answer answer =
        aggregator
            .http()
            .asNobody()
            .post("tasks/claim", Map.of("kinds", List.of("TRAIN"), "waitSeconds", 0));

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
    assertThat(answer.problem().code()).isEqualTo("site-token-missing");
  }

  @Test
  void anUploadThatBreaksOffIsForgotten() throws Exception {
    PlayedSite site = PlayedSite.join(aggregator, "broken-off");
    ClaimedTask task = training(site);

    sendHalf(site, task);

    assertStillGoesOn(site, task);
  }

  /// Announces a whole file, sends half of it and hangs up.
  private static void sendHalf(PlayedSite site, ClaimedTask task) throws Exception {
    byte[] whole = PlayedSite.UPDATE.bytes();
    Map<String, String> signature =
        site.http()
            .signature(
                "PUT", PlayedSite.path(task) + "/weights", PlayedSite.UPDATE.contentDigest());
    try (Socket socket =
            new Socket(aggregator.address().getHost(), aggregator.address().getPort());
        OutputStream out = socket.getOutputStream()) {
      String head =
          """
          PUT /api/v1/%s/weights HTTP/1.1\r
          Host: %s\r
          Authorization: %s\r
          Content-Type: application/octet-stream\r
          Content-Digest: %s\r
          Signature-Input: %s\r
          Signature: %s\r
          Content-Length: %d\r
          \r
          """
              .formatted(
                  PlayedSite.path(task),
                  aggregator.address().getAuthority(),
                  site.http().header("Authorization"),
                  PlayedSite.UPDATE.contentDigest(),
                  signature.get("Signature-Input"),
                  signature.get("Signature"),
                  whole.length);
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      out.write(whole, 0, whole.length / 2);
      out.flush();
    }
  }

  @Test
  void aFileThatWasCutShortIsRefused() {
    PlayedSite site = PlayedSite.join(aggregator, "cut-short");
    ClaimedTask task = training(site);
    WeightsFile cut = PlayedSite.UPDATE.cutTo(PlayedSite.UPDATE.bytes().length - 3);

    Answer answer = site.upload(task, cut);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.problem().code()).isEqualTo("safetensors-truncated");
    assertStillGoesOn(site, task);
  }

  @Test
  void aDigestThatIsNotTheBodysIsRefused() {
    PlayedSite site = PlayedSite.join(aggregator, "wrong-digest");
    ClaimedTask task = training(site);

    Answer answer = site.upload(task, PlayedSite.UPDATE, PlayedSite.FIRST.contentDigest());

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.problem().code()).isEqualTo("content-digest-mismatch");
    assertStillGoesOn(site, task);
  }

  @Test
  void weightsThatAreNotANumberAreRefused() {
    PlayedSite site = PlayedSite.join(aggregator, "not-a-number");
    ClaimedTask task = training(site);
    WeightsFile poisoned =
        WeightsFile.of(Map.of("weight", new float[] {1, Float.NaN, 3, 4}), WeightsFile.UPDATE);

    Answer answer = site.upload(task, poisoned);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.problem().code()).isEqualTo("tensor-not-finite");
    assertThat(answer.problem().detail()).contains("weight");
    assertStillGoesOn(site, task);
  }

  @Test
  void weightsOfAnotherShapeAreRefused() {
    PlayedSite site = PlayedSite.join(aggregator, "wrong-shape");
    ClaimedTask task = training(site);
    WeightsFile longer =
        WeightsFile.of(Map.of("weight", new float[] {1, 2, 3, 4, 5}), WeightsFile.UPDATE);

    Answer answer = site.upload(task, longer);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.problem().code()).isEqualTo("tensor-shape-mismatch");
    assertStillGoesOn(site, task);
  }

  @Test
  void anUpdateThatDoesNotSayWhatItIsWorthIsRefused() {
    PlayedSite site = PlayedSite.join(aggregator, "worthless");
    ClaimedTask task = training(site);

    Answer answer =
        site.upload(task, WeightsFile.of(Map.of("weight", new float[] {1, 2, 3, 4}), Map.of()));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.problem().code()).isEqualTo("update-metadata-missing");
    assertStillGoesOn(site, task);
  }

  @Test
  void ofTwoUploadsThatRaceOneIsTaken() throws Exception {
    PlayedSite site = PlayedSite.join(aggregator, "racing");
    ClaimedTask task = training(site);
    WeightsFile other =
        WeightsFile.of(Map.of("weight", new float[] {9, 9, 9, 9}), WeightsFile.UPDATE);

    List<Integer> statuses =
        race(() -> site.upload(task, PlayedSite.UPDATE), () -> site.upload(task, other));

    assertThat(statuses).containsExactlyInAnyOrder(201, 409);
    WeightsFile taken = statuses.getFirst() == 201 ? PlayedSite.UPDATE : other;
    assertThat(lastVector(aggregator.awaitEnd(task.run()))).isEqualTo(taken.lastVector(4));
  }

  /// The mean of one update is that update.
  private static byte[] lastVector(RunView run) {
    return new WeightsFile(aggregator.http().get("models/" + run.model()).body()).lastVector(4);
  }

  @Test
  void theSameUploadTwiceCountsOnce() throws Exception {
    PlayedSite site = PlayedSite.join(aggregator, "twice");
    ClaimedTask task = training(site);
    Callable<Answer> upload = () -> site.upload(task, PlayedSite.UPDATE);

    List<Integer> statuses = race(upload, upload);

    assertThat(statuses).contains(201).allMatch(status -> status == 200 || status == 201);
    assertThat(aggregator.awaitEnd(task.run()).phase()).isEqualTo(RunPhase.SUCCEEDED);
    assertThat(trained(task)).hasSize(1).allMatch(t -> t.state() == TaskView.State.SUCCEEDED);
  }

  private static List<TaskView> trained(ClaimedTask task) {
    return aggregator.rounds(task.run()).stream()
        .flatMap(round -> round.tasks().stream())
        .filter(view -> view.kind() == TaskKind.TRAIN)
        .toList();
  }

  private static List<Integer> race(Callable<Answer> one, Callable<Answer> other) throws Exception {
    CyclicBarrier start = new CyclicBarrier(2);
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<Integer>> answers =
          List.of(one, other).stream()
              .map(
                  upload ->
                      threads.submit(
                          () -> {
                            start.await();
                            return upload.call().status();
                          }))
              .toList();
      return List.of(answers.get(0).get(), answers.get(1).get());
    }
  }

  @Test
  void anAttemptWhoseLeaseRanOutIsRefused() {
    PlayedSite site = PlayedSite.join(aggregator, "late");
    ClaimedTask silent = training(site);

    ClaimedTask again = site.claim(TaskKind.TRAIN);

    assertThat(again.task()).isEqualTo(silent.task());
    assertThat(again.attempt()).isEqualTo(2);
    Answer stale = site.upload(silent, PlayedSite.UPDATE);
    assertThat(stale.status()).isEqualTo(409);
    assertThat(stale.problem().code()).isEqualTo("attempt-stale");
    assertStillGoesOn(site, again);
  }

  @Test
  void whatComesAfterTheEndOfARunIsGone() {
    PlayedSite site = PlayedSite.join(aggregator, "too-late");
    ClaimedTask task = training(site);
    assertThat(aggregator.http().post("runs/" + task.run() + "/cancel", Map.of()).status())
        .isEqualTo(200);

    Answer answer = site.upload(task, PlayedSite.UPDATE);

    assertThat(answer.status()).isEqualTo(410);
    Problem problem = answer.problem();
    assertThat(problem.code()).isNotBlank();
  }

  @Test
  void aTaskThatCannotBeDoneEndsTheRunWithItsReason() {
    PlayedSite site = PlayedSite.join(aggregator, "unable");
    ClaimedTask task = training(site);

    assertThat(site.fail(task, 422).status()).isEqualTo(204);

    var end = aggregator.awaitEnd(task.run());
    assertThat(end.phase()).isEqualTo(RunPhase.FAILED);
    assertThat(end.reason()).isNotBlank();
  }
}
