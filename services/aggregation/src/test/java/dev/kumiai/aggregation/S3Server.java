package dev.kumiai.aggregation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A server that speaks S3, in front of a folder that is removed with it: a process of its own on a
/// free port, that can be killed. The module `s3-server` has brought it.
public final class S3Server implements AutoCloseable {

  public static final String BUCKET = "guild";
  public static final String ACCESS_KEY = "key-of-the-tests";
  public static final String SECRET_KEY = "secret-of-the-tests";

  private static final Path PROGRAM = Path.of("..", "s3-server", "target", "lib");
  private static final Pattern LISTENING = Pattern.compile("\\{127\\.0\\.0\\.1:(\\d+)\\}");

  private final Path folder;
  private Process process;
  private int port;

  private S3Server(Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder.resolve("data").resolve(BUCKET));
    Files.writeString(
        folder.resolve("logback.xml"),
        """
        <configuration>
          <appender name="log" class="ch.qos.logback.core.ConsoleAppender">
            <encoder><pattern>%msg%n</pattern></encoder>
          </appender>
          <root level="INFO"><appender-ref ref="log"/></root>
        </configuration>
        """);
    this.process = launch();
  }

  /// Starts a server with an empty bucket.
  public static S3Server start() throws IOException {
    return new S3Server(Files.createTempDirectory("s3"));
  }

  private Process launch() throws IOException {
    Files.writeString(
        folder.resolve("s3proxy.properties"),
        """
        s3proxy.authorization=aws-v4
        s3proxy.identity=%s
        s3proxy.credential=%s
        s3proxy.endpoint=http://127.0.0.1:%d
        jclouds.provider=filesystem-nio2
        jclouds.filesystem.basedir=%s
        """
            .formatted(ACCESS_KEY, SECRET_KEY, port, folder.resolve("data")));
    Path log = folder.resolve("log");
    Process launched =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx128m",
                    "-XX:TieredStopAtLevel=1",
                    "-Dlogback.configurationFile=" + folder.resolve("logback.xml"),
                    "-cp",
                    PROGRAM + "/*",
                    "org.gaul.s3proxy.Main",
                    "--properties",
                    folder.resolve("s3proxy.properties").toString()))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    String said =
        Aggregator.await(
            () -> read(log), text -> LISTENING.matcher(text).find() || !launched.isAlive());
    Matcher matcher = LISTENING.matcher(said);
    if (!matcher.find()) {
      throw new AssertionError("the S3 server did not start:\n" + said);
    }
    port = Integer.parseInt(matcher.group(1));
    return launched;
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Where it listens, also while it is away.
  public String endpoint() {
    return "http://127.0.0.1:" + port;
  }

  /// What a user sets to have an aggregator use this server.
  Map<String, String> config() {
    return Map.of(
        "kumiai.artifacts.store",
        "s3",
        "kumiai.artifacts.s3.endpoint",
        endpoint(),
        "kumiai.artifacts.s3.bucket",
        BUCKET,
        "aws.accessKeyId",
        ACCESS_KEY,
        "aws.secretAccessKey",
        SECRET_KEY);
  }

  /// The objects of the bucket, as the server keeps them.
  public List<String> objects() throws IOException {
    Path bucket = folder.resolve("data").resolve(BUCKET);
    try (Stream<Path> files = Files.walk(bucket)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> bucket.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  /// The file in which it keeps an object.
  public Path file(String object) {
    return folder.resolve("data").resolve(BUCKET).resolve(object);
  }

  /// kill -9.
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /// Another process on the same folder and port.
  public void startAgain() throws IOException {
    process = launch();
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
