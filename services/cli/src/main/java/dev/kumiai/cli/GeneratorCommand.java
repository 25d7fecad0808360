package dev.kumiai.cli;

import dev.kumiai.cli.process.Installation.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/// `generator`, which generation does.
@Command(
    name = "generator",
    description =
        "Trains a generator, makes one of what sites have trained together, or draws samples from one.",
    subcommands = {
      GeneratorCommand.Train.class,
      GeneratorExportCommand.class,
      GeneratorCommand.Sample.class
    })
public final class GeneratorCommand extends WithHelp {

  /// `generator train`.
  @Command(
      name = "train",
      description = "Trains a generator on public images; 'generator train --help' tells how.")
  public static final class Train implements Callable<Integer> {

    @Unmatched private List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() {
      return DelegatedVerb.run(Service.GENERATION, "train-generator", arguments);
    }
  }

  /// `generator sample`.
  @Command(
      name = "sample",
      description = "Draws samples from a generator; 'generator sample --help' tells how.")
  public static final class Sample implements Callable<Integer> {

    @Unmatched private List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() {
      return DelegatedVerb.run(Service.GENERATION, "sample", arguments);
    }
  }
}
