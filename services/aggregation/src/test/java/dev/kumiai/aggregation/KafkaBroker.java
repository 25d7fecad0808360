package dev.kumiai.aggregation;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/// A Kafka broker of the tests' own, without ZooKeeper (KRaft), as a process from the jars of the
/// build, on free ports and in a folder that is removed with it.
final class KafkaBroker implements AutoCloseable {

  private static final int NODE = 1;
  private static final String CONTROLLER = "CONTROLLER";

  private final Path folder;
  private final int port;
  private Process process;

  private KafkaBroker(Path folder, int port) throws IOException {
    this.folder = folder;
    this.port = port;
    this.process = launch();
  }

  /// Starts a broker that has no topic yet and makes each at its first use.
  static KafkaBroker start() throws IOException {
    Path folder = Files.createTempDirectory("kafka");
    int port = freePort();
    write(folder, port, freePort());
    format(folder);
    KafkaBroker broker = new KafkaBroker(folder, port);
    broker.awaitReady();
    return broker;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static Path config(Path folder) {
    return folder.resolve("server.properties");
  }

  private static Path data(Path folder) {
    return folder.resolve("data");
  }

  private static void write(Path folder, int port, int controllerPort) throws IOException {
    Map<String, String> config = new HashMap<>();
    config.put("process.roles", "broker,controller");
    config.put("node.id", String.valueOf(NODE));
    config.put("controller.quorum.voters", NODE + "@127.0.0.1:" + controllerPort);
    config.put("controller.listener.names", CONTROLLER);
    config.put(
        "listeners",
        "PLAINTEXT://127.0.0.1:%d,%s://127.0.0.1:%d".formatted(port, CONTROLLER, controllerPort));
    config.put(
        "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,%s:PLAINTEXT".formatted(CONTROLLER));
    config.put("log.dirs", data(folder).toString());
    config.put("num.partitions", "3");
    config.put("offsets.topic.num.partitions", "1");
    for (String topic : List.of("offsets.topic", "transaction.state.log")) {
      config.put(topic + ".replication.factor", "1");
    }
    config.put("share.coordinator.state.topic.replication.factor", "1");
    config.put("transaction.state.log.min.isr", "1");
    config.put("group.initial.rebalance.delay.ms", "0");
    Properties properties = new Properties();
    properties.putAll(config);
    try (var out = Files.newBufferedWriter(config(folder))) {
      properties.store(out, null);
    }
  }

  private static void format(Path folder) {
    try (PrintStream quiet =
        new PrintStream(folder.resolve("format.log").toFile(), StandardCharsets.UTF_8)) {
      new Formatter()
          .setPrintStream(quiet)
          .setClusterId(Uuid.randomUuid().toString())
          .setNodeId(NODE)
          .setReleaseVersion(MetadataVersion.latestProduction())
          .setControllerListenerName(CONTROLLER)
          .setMetadataLogDirectory(data(folder).toString())
          .addDirectory(data(folder).toString())
          .run();
    } catch (Exception e) {
      throw new AssertionError("the broker's folder cannot be formatted", e);
    }
  }

  private Path log() {
    return folder.resolve("broker.log");
  }

  private Process launch() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            "kafka.Kafka",
            config(folder).toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
        .start();
  }

  /// A client that forgets whom it knows while nobody answers tries again without a pause, and says
  /// so each time.
  private void awaitReady() {
    try (Admin admin =
        Admin.create(
            Map.of(
                CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
                address(),
                CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG,
                "30000",
                CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG,
                "5000",
                CommonClientConfigs.METADATA_RECOVERY_STRATEGY_CONFIG,
                "none"))) {
      Aggregator.await(() -> answers(admin), Boolean::booleanValue);
    }
  }

  private boolean answers(Admin admin) {
    if (!process.isAlive()) {
      throw new AssertionError("Kafka ended; its log is " + log());
    }
    try {
      return !admin.describeCluster().nodes().get().isEmpty();
    } catch (ExecutionException _) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /// What `KAFKA_BOOTSTRAP_SERVERS` is set to.
  String address() {
    return "127.0.0.1:" + port;
  }

  /// What a user sets to have an aggregator use this broker.
  Map<String, String> profile() {
    return Map.of("quarkus.profile", "kafka", "kafka.bootstrap.servers", address());
  }

  /// kill -9.
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /// On the same data and port, after a kill.
  void startAgain() throws IOException {
    process = launch();
    awaitReady();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
