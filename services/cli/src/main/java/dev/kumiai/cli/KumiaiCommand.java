package dev.kumiai.cli;

import io.quarkus.picocli.runtime.annotations.TopCommand;
import picocli.CommandLine.Command;

/// The verbs of `./kumiai`, besides those that the launcher does itself.
@TopCommand
@Command(
    name = "kumiai",
    mixinStandardHelpOptions = true,
    versionProvider = KumiaiVersion.class,
    description =
        "Federated learning over sites whose data never leaves, mended by one-shot generation.",
    subcommands = {
      DemoCommand.class,
      PilotCommand.class,
      PartitionCommand.class,
      GeneratorCommand.class,
      GeneratedCommand.class,
      RunCommand.class,
      LedgerCommand.class,
      ReplayCommand.class,
      SitesCommand.class,
      ArtifactsCommand.class,
      KeyCommand.class
    })
public final class KumiaiCommand {}
