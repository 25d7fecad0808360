package dev.kumiai.cli;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.protocol.client.TlsStores;
import io.quarkus.picocli.runtime.PicocliCommandLineFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.io.PrintWriter;
import picocli.CommandLine;

/// Makes the command line: an expected error is a sentence and an exit status, not a stack trace.
@ApplicationScoped
public class CommandLineSetup {

  /// What shells report for a process that Ctrl-C ended.
  static final int CANCELLED = 130;

  @Produces
  CommandLine commandLine(PicocliCommandLineFactory factory) {
    TlsStores.useThoseOfEnvironment();
    return factory
        .create()
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true)
        .setExecutionExceptionHandler(CommandLineSetup::tell);
  }

  static int tell(Exception thrown, CommandLine command, CommandLine.ParseResult parsed)
      throws Exception {
    return switch (thrown) {
      case KumiaiException.Cancelled _ -> CANCELLED;
      case KumiaiException expected -> {
        print(expected, command.getErr());
        yield CommandLine.ExitCode.SOFTWARE;
      }
      default -> throw thrown;
    };
  }

  private static void print(KumiaiException expected, PrintWriter err) {
    err.println("kumiai: " + expected.getMessage() + " [" + expected.code() + "]");
    if (expected instanceof KumiaiException.Invalid invalid) {
      invalid.violations().forEach(v -> err.println("  " + v.where() + ": " + v.what()));
    }
    err.flush();
  }
}
