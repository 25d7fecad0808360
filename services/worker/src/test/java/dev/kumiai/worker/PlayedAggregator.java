package dev.kumiai.worker;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.kumiai.core.Digest;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.protocol.error.Problem;
import dev.kumiai.protocol.run.DataSpec;
import dev.kumiai.protocol.run.ModelSpec;
import dev.kumiai.protocol.site.DatasetCounts;
import dev.kumiai.protocol.site.Enrolment;
import dev.kumiai.protocol.task.ClaimRequest;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.protocol.task.Heartbeat;
import dev.kumiai.protocol.task.TaskReport;
import dev.kumiai.protocol.task.TaskSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// Plays the aggregator's part of the protocol over real HTTP, as far as one site sees it: tokens,
/// long polls, attempts that fence, heartbeats that cancel. What arrives can be waited for, so that
/// no test has to sleep.
final class PlayedAggregator implements AutoCloseable {

  /// Something that a worker told.
  sealed interface Told {
    record Enrolled(SiteId site) implements Told {}

    record Announced(SiteId site, DatasetCounts counts) implements Told {}

    record Beat(TaskId task, Heartbeat heartbeat) implements Told {}

    record Uploaded(TaskId task, int attempt, Digest digest) implements Told {}

    record Reported(TaskId task, int attempt, TaskReport report) implements Told {}

    record Failed(TaskId task, int attempt, Problem problem) implements Told {}
  }

  static final String TOKEN = "join-us";
  static final int LEASE_SECONDS = 1;

  private static final ObjectMapper JSON = KumiaiJson.mapper();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<SiteId, BlockingQueue<ClaimedTask>> tasks = new ConcurrentHashMap<>();
  private final Map<String, SiteId> tokens = new ConcurrentHashMap<>();
  private final Map<TaskId, Problem> over = new ConcurrentHashMap<>();
  private final Map<TaskId, Boolean> cancelled = new ConcurrentHashMap<>();
  private final Map<Digest, byte[]> models = new ConcurrentHashMap<>();
  private final BlockingQueue<Told> told = new LinkedBlockingQueue<>();
  private final AtomicReference<Optional<Problem>> trouble =
      new AtomicReference<>(Optional.empty());
  private final AtomicInteger refusals = new AtomicInteger();

  PlayedAggregator() throws IOException {
    this(0);
  }

  PlayedAggregator(int port) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(threads);
    server.createContext("/api/v1/", this::serve);
    server.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /// Hands a task to the site when it asks for one.
  ClaimedTask offer(SiteId site, TaskSpec spec, int attempt) {
    return offer(site, spec, attempt, LEASE_SECONDS);
  }

  ClaimedTask offer(SiteId site) {
    return offer(site, LEASE_SECONDS);
  }

  ClaimedTask offer(SiteId site, int leaseSeconds) {
    TaskSpec spec =
        new TaskSpec.Initialize(
            new ModelSpec(ModelSpec.Architecture.MLP, null, null),
            new DataSpec("castings", List.of("crack", "pit"), 16, 1, 0.05),
            7);
    return offer(site, spec, 1, leaseSeconds);
  }

  private ClaimedTask offer(SiteId site, TaskSpec spec, int attempt, int leaseSeconds) {
    ClaimedTask task =
        new ClaimedTask(TaskId.random(), RunId.random(), site, 1, attempt, leaseSeconds, spec);
    queue(site).add(task);
    return task;
  }

  Digest store(byte[] model) {
    Digest digest = Digest.of(model);
    models.put(digest, model);
    return digest;
  }

  /// Answers the task's next heartbeat with cancel.
  void cancel(ClaimedTask task) {
    cancelled.put(task.task(), true);
  }

  /// Refuses everything more about the task.
  void close(ClaimedTask task, int status, String code) {
    over.put(task.task(), problem(status, code));
  }

  /// Answers everything with this until [#recover].
  void failWith(int status, String code) {
    trouble.set(Optional.of(problem(status, code)));
  }

  void recover() {
    trouble.set(Optional.empty());
  }

  /// Forgets every site, as after the loss of its database.
  void forgetSites() {
    tokens.clear();
  }

  /// Waits for the next thing of that kind, passing others over.
  <T extends Told> T await(Class<T> kind) throws InterruptedException {
    for (long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20); ; ) {
      Told next = told.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (next == null) {
        throw new AssertionError("no " + kind.getSimpleName() + " within 20 s");
      }
      if (kind.isInstance(next)) {
        return kind.cast(next);
      }
    }
  }

  /// What has arrived and nobody waited for.
  List<Told> rest() {
    List<Told> rest = new ArrayList<>();
    told.drainTo(rest);
    return rest;
  }

  /// Requests that were refused so far.
  int refusals() {
    return refusals.get();
  }

  /// Tasks that no worker has claimed yet.
  long waiting() {
    return tasks.values().stream().mapToInt(BlockingQueue::size).sum();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String[] path = exchange.getRequestURI().getPath().split("/");
      if (trouble.get().isPresent()) {
        refuse(exchange, trouble.get().get());
      } else if (path.length == 4 && path[3].equals("sites")) {
        enrol(exchange, body);
      } else {
        SiteId site = tokens.get(authorization(exchange));
        if (site == null) {
          refuse(exchange, problem(401, "site-token-unknown"));
        } else {
          serveSite(exchange, site, path, body);
        }
      }
    }
  }

  private void enrol(HttpExchange exchange, byte[] body) throws IOException {
    Enrolment enrolment = JSON.readValue(body, Enrolment.class);
    if (!enrolment.enrolmentToken().equals(TOKEN)) {
      refuse(exchange, problem(401, "enrolment-token-wrong"));
      return;
    }
    String token = "token-" + tokens.size() + "-" + enrolment.site();
    tokens.put("Bearer " + token, enrolment.site());
    told.add(new Told.Enrolled(enrolment.site()));
    answer(exchange, 201, new Enrolment.Accepted(enrolment.site(), token));
  }

  private void serveSite(HttpExchange exchange, SiteId site, String[] path, byte[] body)
      throws IOException {
    switch (path[3]) {
      case "sites" -> {
        told.add(new Told.Announced(site, JSON.readValue(body, DatasetCounts.class)));
        empty(exchange, 204);
      }
      case "models" -> {
        byte[] model = models.getOrDefault(Digest.parse(path[4]), new byte[0]);
        exchange.sendResponseHeaders(200, model.length);
        exchange.getResponseBody().write(model);
      }
      case "tasks" -> {
        if (path[4].equals("claim")) {
          claim(exchange, site, JSON.readValue(body, ClaimRequest.class));
        } else {
          attempt(exchange, new TaskId(path[4]), Integer.parseInt(path[6]), path[7], body);
        }
      }
      default -> refuse(exchange, problem(404, "unknown"));
    }
  }

  private void claim(HttpExchange exchange, SiteId site, ClaimRequest request) throws IOException {
    try {
      ClaimedTask task = queue(site).poll(request.waitSeconds(), TimeUnit.SECONDS);
      if (task == null) {
        empty(exchange, 204);
      } else {
        answer(exchange, 200, task);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void attempt(HttpExchange exchange, TaskId task, int attempt, String what, byte[] body)
      throws IOException {
    if (over.containsKey(task)) {
      refuse(exchange, over.get(task));
      return;
    }
    switch (what) {
      case "heartbeat" -> {
        told.add(new Told.Beat(task, JSON.readValue(body, Heartbeat.class)));
        answer(exchange, 200, new Heartbeat.Answer(cancelled.containsKey(task)));
      }
      case "weights" -> {
        told.add(new Told.Uploaded(task, attempt, Digest.of(body)));
        empty(exchange, 201);
      }
      case "report" -> {
        told.add(new Told.Reported(task, attempt, JSON.readValue(body, TaskReport.class)));
        empty(exchange, 204);
      }
      case "failure" -> {
        told.add(new Told.Failed(task, attempt, JSON.readValue(body, Problem.class)));
        empty(exchange, 204);
      }
      default -> refuse(exchange, problem(404, "unknown"));
    }
  }

  private BlockingQueue<ClaimedTask> queue(SiteId site) {
    return tasks.computeIfAbsent(site, _ -> new LinkedBlockingQueue<>());
  }

  private static String authorization(HttpExchange exchange) {
    String header = exchange.getRequestHeaders().getFirst("Authorization");
    return header == null ? "" : header;
  }

  private static Problem problem(int status, String code) {
    return new Problem(
        Problem.TYPE_PREFIX + code, "title", status, "because of " + code, List.of());
  }

  private void refuse(HttpExchange exchange, Problem problem) throws IOException {
    refusals.incrementAndGet();
    exchange.getResponseHeaders().add("Content-Type", Problem.MEDIA_TYPE);
    answer(exchange, problem.status(), problem);
  }

  private static void answer(HttpExchange exchange, int status, Object body) throws IOException {
    byte[] json = JSON.writeValueAsBytes(body);
    exchange.sendResponseHeaders(status, json.length);
    exchange.getResponseBody().write(json);
  }

  private static void empty(HttpExchange exchange, int status) throws IOException {
    exchange.sendResponseHeaders(status, -1);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
