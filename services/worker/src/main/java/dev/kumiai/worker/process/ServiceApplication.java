package dev.kumiai.worker.process;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import jakarta.inject.Inject;
import picocli.CommandLine;

/// Runs the service's top command when there are arguments, else waits for the end of the process.
public final class ServiceApplication implements QuarkusApplication {

  private final CommandLine commands;

  @Inject
  ServiceApplication(CommandLine commands) {
    this.commands = commands;
  }

  @Override
  public int run(String... args) {
    if (args.length > 0) {
      return commands.setExecutionExceptionHandler(new PlainErrors()).execute(args);
    }
    Quarkus.waitForExit();
    return CommandLine.ExitCode.OK;
  }
}
