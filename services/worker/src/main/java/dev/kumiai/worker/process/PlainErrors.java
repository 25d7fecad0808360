package dev.kumiai.worker.process;

import dev.kumiai.core.KumiaiException;
import java.io.PrintWriter;
import picocli.CommandLine;

/// Tells a person at a terminal what went wrong: one sentence for an expected error, the stack
/// trace only for a bug.
final class PlainErrors implements CommandLine.IExecutionExceptionHandler {

  /// What shells use for "ended by Ctrl-C".
  private static final int CANCELLED = 130;

  @Override
  public int handleExecutionException(
      Exception thrown, CommandLine command, CommandLine.ParseResult parsed) throws Exception {
    if (!(thrown instanceof KumiaiException expected)) {
      throw thrown;
    }
    print(expected, command.getErr());
    return expected instanceof KumiaiException.Cancelled
        ? CANCELLED
        : CommandLine.ExitCode.SOFTWARE;
  }

  static void print(KumiaiException expected, PrintWriter err) {
    err.println(expected.getMessage() + " [" + expected.code() + "]");
    if (expected instanceof KumiaiException.Invalid invalid) {
      invalid.violations().forEach(v -> err.println("  " + v.where() + ": " + v.what()));
    }
    err.flush();
  }
}
