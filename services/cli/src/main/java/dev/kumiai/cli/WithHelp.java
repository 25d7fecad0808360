package dev.kumiai.cli;

import picocli.CommandLine.Option;

/// A verb with `--help`, without the `--version` that only the top command has.
abstract class WithHelp {

  // Picocli writes it and acts on its annotation.
  @SuppressWarnings("UnusedVariable")
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  private boolean help;
}
