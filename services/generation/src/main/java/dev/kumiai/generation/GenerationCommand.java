package dev.kumiai.generation;

import io.quarkus.picocli.runtime.annotations.TopCommand;
import picocli.CommandLine.Command;

/// The verbs of the generation service; without one it works for its sites.
@TopCommand
@Command(
    name = "kumiai-generation",
    mixinStandardHelpOptions = true,
    description =
        "Makes a site's one-shot generated data set. Without a command: works for its sites until it is stopped.",
    subcommands = {
      TrainGeneratorCommand.class,
      ExportGeneratorCommand.class,
      SampleCommand.class,
      GeneratedCommand.class
    })
public final class GenerationCommand {}
