package dev.kumiai.aggregation;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The packaged aggregator as a process whose memory is looked at all the time, as Linux tells it.
final class MeasuredAggregator implements AutoCloseable {

  private static final Pattern LISTENING = Pattern.compile("Listening on: (http://[^\\s,]+)");
  private static final Pattern KILOBYTES = Pattern.compile("(?m)^(\\w+):\\s+(\\d+) kB$");
  private static final long KB = 1024;
  private static final int SAMPLE_MILLIS = 20;
  private static final int START_MILLIS = 60_000;

  private final Process process;
  private final URI address;
  private final Map<String, Long> peaks = new TreeMap<>();
  private final Thread sampling;

  private MeasuredAggregator(Process process, URI address) {
    this.process = process;
    this.address = address;
    this.sampling = Thread.ofPlatform().daemon().name("memory").start(this::sample);
  }

  /// @param heap as `-Xmx` takes it
  static MeasuredAggregator start(Path folder, String heap, Map<String, String> config)
      throws IOException, InterruptedException {
    List<String> options = new ArrayList<>(List.of("-Xmx" + heap, "-Dquarkus.http.port=0"));
    config.forEach((key, value) -> options.add("-D" + key + "=" + value));
    List<String> command = Packaged.command(Path.of("services", "aggregation"), List.of(), options);
    Path log = folder.resolve("aggregator.log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    for (int waited = 0; waited < START_MILLIS && process.isAlive(); waited += SAMPLE_MILLIS) {
      Matcher matcher = LISTENING.matcher(Files.readString(log));
      if (matcher.find()) {
        return new MeasuredAggregator(process, URI.create(matcher.group(1)));
      }
      Thread.sleep(SAMPLE_MILLIS);
    }
    process.destroyForcibly();
    throw new IOException("the aggregator did not start:\n" + Files.readString(log));
  }

  URI address() {
    return address;
  }

  private void sample() {
    try {
      while (process.isAlive()) {
        look();
        Thread.sleep(SAMPLE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void look() {
    try {
      String status = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "status"));
      Matcher matcher = KILOBYTES.matcher(status);
      while (matcher.find()) {
        peaks.merge(matcher.group(1), KB * Long.parseLong(matcher.group(2)), Math::max);
      }
    } catch (IOException e) {
      sampling.interrupt(); // it is gone
    }
  }

  /// The most bytes so far of an entry of `/proc/PID/status`.
  synchronized long peak(String entry) {
    return peaks.getOrDefault(entry, 0L);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor();
      sampling.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
