package dev.kumiai.aggregation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A PostgreSQL server of the tests' own, from the programs that the machine has, on a free port
/// and in a folder that is removed with it.
final class PostgresServer implements AutoCloseable {

  private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
  private static final String USER = "kumiai";

  private final Path folder;
  private final int port;
  private Process process;

  private PostgresServer(Path folder, int port) throws IOException {
    this.folder = folder;
    this.port = port;
    this.process = launch();
  }

  /// Where the server's programs are; empty where it is not installed.
  static Optional<Path> programs() {
    List<Path> candidates = new ArrayList<>();
    for (String folder : System.getenv("PATH").split(":", -1)) {
      candidates.add(Path.of(folder));
    }
    if (Files.isDirectory(DEBIAN)) {
      try (Stream<Path> versions = Files.list(DEBIAN)) {
        versions
            .sorted(Comparator.reverseOrder())
            .map(v -> v.resolve("bin"))
            .forEach(candidates::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return candidates.stream()
        .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
        .filter(bin -> Files.isExecutable(bin.resolve("postgres")))
        .findFirst();
  }

  /// Starts a server with an empty database.
  static PostgresServer start() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("postgres");
    if (isRoot()) {
      Files.setOwner(
          folder,
          folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postgres"));
    }
    Process initdb =
        run(
            folder,
            "initdb",
            "-D",
            data(folder),
            "-U",
            USER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C");
    if (initdb.waitFor() != 0) {
      throw new AssertionError("initdb failed:\n" + Files.readString(log(folder, "initdb")));
    }
    PostgresServer server = new PostgresServer(folder, freePort());
    server.awaitReady();
    return server;
  }

  private static String data(Path folder) {
    return folder.resolve("data").toString();
  }

  private static Path log(Path folder, String program) {
    return folder.resolve(program + ".log");
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  /// The server refuses to run as root.
  private static Process run(Path folder, String program, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
    }
    command.add(programs().orElseThrow().resolve(program).toString());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(log(folder, program).toFile())
        .start();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private Process launch() throws IOException {
    return run(
        folder,
        "postgres",
        "-D",
        data(folder),
        "-h",
        "127.0.0.1",
        "-p",
        String.valueOf(port),
        "-k",
        folder.toString());
  }

  private void awaitReady() {
    Aggregator.await(this::accepts, Boolean::booleanValue);
  }

  private boolean accepts() {
    if (!process.isAlive()) {
      throw new AssertionError("PostgreSQL ended; its log is in " + folder);
    }
    try (var connection = DriverManager.getConnection(url(), USER, "")) {
      return connection.isValid(1);
    } catch (SQLException _) {
      return false;
    }
  }

  private String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
  }

  /// As a user of its own would.
  Connection connect() throws SQLException {
    return DriverManager.getConnection(url(), USER, "");
  }

  /// What a user sets to have an aggregator use this server.
  Map<String, String> profile() {
    return Map.of(
        "quarkus.profile",
        "postgresql",
        "quarkus.datasource.postgresql.jdbc.url",
        url(),
        "quarkus.datasource.postgresql.username",
        USER);
  }

  /// The same where the profile is `test`.
  Map<String, String> config() {
    Map<String, String> config = new HashMap<>(profile());
    config.remove("quarkus.profile");
    config.put("quarkus.datasource.h2.active", "false");
    config.put("quarkus.datasource.postgresql.active", "true");
    return config;
  }

  ProcessHandle process() {
    return process.toHandle();
  }

  /// kill -9 of the server, and another one on the same data and port.
  void killAndStartAgain() throws IOException, InterruptedException {
    process.destroyForcibly();
    awaitDeathAndStartAgain();
  }

  /// Another one on the same data and port, when somebody else has killed this one.
  void awaitDeathAndStartAgain() throws InterruptedException {
    if (!process.waitFor(Duration.ofSeconds(30))) {
      throw new AssertionError("nobody killed PostgreSQL");
    }
    process = Aggregator.await(this::relaunch, Process::isAlive);
    awaitReady();
  }

  /// What was left of the killed server's processes holds its memory for a moment.
  private Process relaunch() {
    try {
      Process launched = launch();
      launched.waitFor(Duration.ofMillis(300));
      return launched;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
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
