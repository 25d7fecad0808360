package dev.kumiai.worker.process;

import io.quarkus.runtime.Quarkus;

/// Starts a service. With arguments it does what they say and ends with the exit status of that;
/// without, it works for its sites until it is told to stop.
public final class ServiceProcess {

  /// Configuration under `%command` is for a process that was started with arguments: it opens no
  /// port and keeps its standard output for what it was asked for.
  private static final String COMMAND_PROFILE = "command";

  private ServiceProcess() {}

  public static void run(String... args) {
    if (args.length > 0) {
      System.setProperty("quarkus.profile", "prod," + COMMAND_PROFILE);
    }
    Quarkus.run(ServiceApplication.class, args);
  }
}
