package dev.kumiai.worker.process;

import dev.kumiai.core.process.Tether;
import dev.kumiai.protocol.client.ReadyCheck;
import dev.kumiai.protocol.client.TlsStores;
import io.quarkus.runtime.Quarkus;
import java.util.Objects;

/// Starts a service. With arguments it does what they say and ends with the exit status of that;
/// without, it works for its sites until it is told to stop, or does the one thing that
/// `kumiai.worker.once` asks for.
public final class ServiceProcess {

  /// Configuration under `%command` is for a process that was started with arguments: it opens no
  /// port and keeps its standard output for what it was asked for.
  private static final String COMMAND_PROFILE = "command";

  /// Configuration under `%once` is for a process that does one thing: it opens no port, and nobody
  /// asks it how it is.
  private static final String ONCE_PROFILE = "once";

  private ServiceProcess() {}

  public static void run(String... args) {
    ReadyCheck.runWhereAsked(args);
    Tether.holdWhereAsked();
    TlsStores.useThoseOfEnvironment();
    if (args.length > 0) {
      System.setProperty("quarkus.profile", "prod," + COMMAND_PROFILE);
    } else if (isOnce()) {
      System.setProperty("quarkus.profile", "prod," + ONCE_PROFILE);
    }
    Quarkus.run(ServiceApplication.class, args);
  }

  /// The profile has to be known before any configuration is read, so a file cannot ask for it.
  private static boolean isOnce() {
    return !System.getProperty("kumiai.worker.once", "").isBlank()
        || !Objects.requireNonNullElse(System.getenv("KUMIAI_WORKER_ONCE"), "").isBlank();
  }
}
