package dev.kumiai.cli;

import dev.kumiai.cli.process.Installation.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/// `generated`, which generation does: it stands where the samples are.
@Command(
    name = "generated",
    description =
        "Lists, shows, rejects and regenerates what a site has generated; 'generated --help' tells how.")
public final class GeneratedCommand implements Callable<Integer> {

  @Unmatched private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() {
    return DelegatedVerb.run(Service.GENERATION, "generated", arguments);
  }
}
