package dev.kumiai.cli.process;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.process.Tether;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// The services of one demo. They end with this object, at the latest with this process: by its
/// shutdown hook when it is told to end, by their [Tether] when it is killed.
public final class RunningServices implements AutoCloseable {

  private static final Duration GRACE = Duration.ofSeconds(10);

  private final Installation installation;
  private final Path logs;
  private final List<RunningService> running = new ArrayList<>();
  private final Thread hook;
  private boolean stopping;

  /// Starts none yet.
  ///
  /// @param logs folder for one log file per service; made where it does not exist
  /// @param whenInterrupted what is to be done after the services were stopped because this process
  ///   was told to end
  public RunningServices(Installation installation, Path logs, Runnable whenInterrupted)
      throws IOException {
    this.installation = installation;
    this.logs = Files.createDirectories(logs);
    this.hook =
        new Thread(
            () -> {
              stopAll();
              whenInterrupted.run();
            },
            "services-stop");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /// Starts a service, which is then expected to run until it is stopped.
  public RunningService start(
      String name,
      Installation.Service service,
      List<String> options,
      Map<String, String> environment)
      throws IOException {
    return start(name, service, options, environment, List.of());
  }

  /// Runs a verb of a service, which is expected to end.
  ///
  /// @param waiting waits until the process is over
  public void run(
      String name,
      Installation.Service service,
      List<String> arguments,
      Consumer<RunningService> waiting)
      throws IOException {
    RunningService verb = start(name, service, List.of(), Map.of(), arguments);
    waiting.accept(verb);
    synchronized (this) {
      running.remove(verb);
    }
    verb.requireSucceeded();
  }

  /// Starts a process.
  ///
  /// @param name for people and, with hyphens, for the log file
  /// @param options `-Xmx` and configuration, `-D`
  /// @param environment set for the process besides what this process has; the place for secrets,
  ///   which other users of the machine could read on a command line
  private synchronized RunningService start(
      String name,
      Installation.Service service,
      List<String> options,
      Map<String, String> environment,
      List<String> arguments)
      throws IOException {
    if (stopping) {
      throw new KumiaiException.Cancelled("the services are being stopped");
    }
    Path log = logs.resolve(name.replace(' ', '-') + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(installation.command(service, options, arguments))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put(Tether.VARIABLE, Tether.STDIN);
    builder.environment().putAll(environment);
    RunningService started = new RunningService(name, builder.start(), log);
    running.add(started);
    return started;
  }

  /// Throws when a service ended by itself.
  public synchronized void requireAlive() {
    if (stopping) {
      throw new KumiaiException.Cancelled("the services are being stopped");
    }
    running.forEach(RunningService::requireAlive);
  }

  public Path logs() {
    return logs;
  }

  public synchronized int count() {
    return running.size();
  }

  /// Stops every service and waits until none is left.
  @Override
  public void close() {
    stopAll();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // The process is ending already, and the hook will find nothing to do.
    }
  }

  private void stopAll() {
    List<RunningService> stopped;
    synchronized (this) {
      stopping = true;
      stopped = List.copyOf(running);
    }
    stopped.forEach(service -> service.process().destroy());
    long deadline = System.nanoTime() + GRACE.toNanos();
    boolean interrupted = false;
    for (RunningService service : stopped) {
      try {
        long left = Math.max(0, deadline - System.nanoTime());
        if (!service.process().waitFor(left, TimeUnit.NANOSECONDS)) {
          service.process().destroyForcibly().waitFor();
        }
      } catch (InterruptedException _) {
        interrupted = true;
        service.process().destroyForcibly();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
