package dev.kumiai.worker.process;

import dev.kumiai.core.KumiaiException;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import java.util.Optional;
import picocli.CommandLine;

/// Runs the service's top command when there are arguments, else works for the sites until the
/// process is told to end, or until the one thing is done that it is for.
public final class ServiceApplication implements QuarkusApplication {

  private final CommandLine commands;
  private final Worker worker;

  ServiceApplication(CommandLine commands, Worker worker) {
    this.commands = commands;
    this.worker = worker;
  }

  @Override
  public int run(String... args) {
    if (args.length > 0) {
      return commands.setExecutionExceptionHandler(new PlainErrors()).execute(args);
    }
    Optional<Boolean> done;
    try {
      done = worker.start();
    } catch (KumiaiException e) {
      PlainErrors.print(e, commands.getErr());
      return CommandLine.ExitCode.SOFTWARE;
    }
    if (done.isEmpty()) {
      Quarkus.waitForExit();
    }
    worker.stop();
    return done.orElse(true) ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }
}
