package dev.kumiai.localtraining;

import io.quarkus.picocli.runtime.annotations.TopCommand;
import picocli.CommandLine.Command;

/// The verbs of the local training service; without one it works for its sites.
@TopCommand
@Command(
    name = "kumiai-local-training",
    mixinStandardHelpOptions = true,
    description =
        "Trains the global model on a site's private and generated data. Without a command: works for its sites until it is stopped.",
    subcommands = {PartitionCommand.class, AttackModelCommand.class})
public final class LocalTrainingCommand {}
