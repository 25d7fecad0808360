package dev.kumiai.cli;

import dev.kumiai.cli.pilot.LocalPilot;
import dev.kumiai.cli.pilot.PilotOptions;
import dev.kumiai.cli.process.Installation;
import dev.kumiai.cli.terminal.Terminal;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `pilot`: whether generation pays on this data.
@Command(
    name = "pilot",
    sortOptions = false,
    description = {
      "Finds out on this machine whether generation pays: trains with it, without it and with controls,",
      "on the same one-sided sites with the same seeds, and ends with GO, NO-GO or UNDECIDED, its reasons,",
      "and a report to read (report.html) and one for programs (report.json).",
      "Whatever ended it, the same command goes on where it was.",
      "Exit status: 0 every run is over (whatever the verdict), 1 it failed, 130 ended by Ctrl-C."
    })
public final class PilotCommand extends WithHelp implements Callable<Integer> {

  @Mixin private PilotOptions options = new PilotOptions();

  @Override
  public Integer call() throws IOException {
    LocalPilot pilot = new LocalPilot(options, Installation.ofThisProcess(), Terminal.standard());
    return pilot.run() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }
}
