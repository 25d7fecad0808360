package dev.kumiai.cli;

import dev.kumiai.cli.demo.Demo;
import dev.kumiai.cli.demo.DemoOptions;
import dev.kumiai.cli.process.Installation;
import dev.kumiai.cli.terminal.Terminal;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `demo`: the whole flow on one machine.
@Command(
    name = "demo",
    sortOptions = false,
    description = {
      "Runs the whole flow on this machine: cuts a data set into one-sided sites, starts the services as",
      "processes, lets every site generate samples once, trains over rounds, and shows how it went.",
      "Exit status: 0 the run succeeded, 1 it failed, 130 ended by Ctrl-C. No process is left behind."
    })
public final class DemoCommand extends WithHelp implements Callable<Integer> {

  @Mixin private DemoOptions options = new DemoOptions();

  @Override
  public Integer call() throws IOException {
    Demo demo = new Demo(options, Installation.ofThisProcess(), Terminal.standard());
    return demo.run() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }
}
